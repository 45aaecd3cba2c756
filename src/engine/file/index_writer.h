/*
 * index_writer.h - writes the end of a .znn file: index and footer
 */
#ifndef ZNN_ENGINE_FILE_INDEX_WRITER_H
#define ZNN_ENGINE_FILE_INDEX_WRITER_H

#include "container/index.h"
#include "engine/file/ledger.h"
#include "engine/file/sink.h"

/*
 * Writes the index and the footer.  Sets *tensors to the number of tensors in the index.
 */
enum znn_status znn_index_finish(const struct ledger *ledger, const struct model *model, int level, struct sink *sink,
                                 uint64_t *tensors, struct znn_error *error);

#endif

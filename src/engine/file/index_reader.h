/*
 * index_reader.h - reading the end of a .znn file: index and footer
 */
#ifndef ZNN_ENGINE_FILE_INDEX_READER_H
#define ZNN_ENGINE_FILE_INDEX_READER_H

#include "common/source.h"
#include "container/footer.h"
#include "container/index.h"

/*
 * What to do with the entries of the index.  The callbacks may be NULL; an error from one ends the reading and is
 * passed on.
 */
struct index_visitor {
    enum znn_status (*on_chunk)(void *context, const struct chunk_entry *entry, struct znn_error *error);
    enum znn_status (*on_tensor)(void *context, const struct tensor *tensor, const struct buffer *text,
                                 struct znn_error *error);
    void *context;
    uint64_t text_limit; /* bytes that the name and shape of one tensor may take; 0: any number */
};

/*
 * Reads the index of a file of format version `version`, of which `record` is the parsed and `prefix` the raw prefix,
 * from `place` on, verifies all of it and visits its entries: first the chunks, then the tensors.  A visitor must be
 * ready to forget what it saw, because the digest over all is known at the end only.
 */
enum znn_status znn_index_read(struct source *source, unsigned version, uint64_t place,
                               const uint8_t prefix[RECORD_PREFIX], const struct record *record,
                               const struct index_visitor *visitor, struct index *index, struct znn_error *error);

/*
 * Whether the index of a file of that format version tells the digests of chunks.
 */
static inline bool index_has_digests(unsigned version)
{
    return version >= 2;
}

#endif

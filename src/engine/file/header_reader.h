/*
 * header_reader.h - reads the start of a .znn file
 */
#ifndef ZNN_ENGINE_FILE_HEADER_READER_H
#define ZNN_ENGINE_FILE_HEADER_READER_H

#include "common/source.h"
#include "container/header.h"

/*
 * Reads and verifies the header at the start of `source`.  Sets *length to its size, which is the position of the first
 * record.
 */
enum znn_status znn_header_read(struct source *source, struct znn_header *header, size_t *length,
                                struct znn_error *error);

#endif

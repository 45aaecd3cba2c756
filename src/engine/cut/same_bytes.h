/*
 * same_bytes.h - compares two ranges of an input
 */
#ifndef ZNN_ENGINE_CUT_SAME_BYTES_H
#define ZNN_ENGINE_CUT_SAME_BYTES_H

#include "common/source.h"

/*
 * Sets *same to true if the `size` bytes at `a` and at `b` exist and are equal, and to false otherwise.  `room` is
 * working memory.  Fails if reading fails or memory runs out.
 */
enum znn_status znn_same_bytes(struct source *source, uint64_t a, uint64_t b, uint64_t size, struct buffer *room,
                               bool *same, struct znn_error *error);

#endif

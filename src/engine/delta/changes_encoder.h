/*
 * changes_encoder.h - a part of which few elements differ from its base (transform/changes.h)
 */
#ifndef ZNN_ENGINE_DELTA_CHANGES_ENCODER_H
#define ZNN_ENGINE_DELTA_CHANGES_ENCODER_H

#include "engine/coding/encoding.h"

/* If at most one in this many elements differs, no other coding is tried, so that encoding is fast. */
#define CHANGES_RARE 64

/*
 * Encodes the `size` bytes at `data` as their changes of the bytes at `base`, unless many elements differ.  Then sets
 * *done to false and appends nothing.  Uses `room` as working memory.
 */
enum znn_status znn_changes_encode(struct encode_call *call, const uint8_t *base, const uint8_t *data, size_t size,
                                   unsigned width, struct buffer *room, struct delta *delta, bool *done,
                                   struct znn_error *error);

#endif

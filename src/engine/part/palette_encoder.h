/*
 * palette_encoder.h - parts of few values
 */
#ifndef ZNN_ENGINE_PART_PALETTE_ENCODER_H
#define ZNN_ENGINE_PART_PALETTE_ENCODER_H

#include "engine/part/part_encoder.h"

/*
 * Whether a glance at `count` numbers of `width` bytes (2, 4 or 8) says that they could take few values.  It costs next
 * to nothing.
 */
bool znn_palette_promises(const uint8_t *data, size_t count, unsigned width);

/*
 * Encodes the part->size bytes at `data` as a palette, as znn_part_encode() does.  *worth is false, and nothing was
 * done, where that would not be smaller than byte groups by much.
 */
enum znn_status znn_palette_encode(struct part_encoder *encoder, const struct dtype_info *dtype, const uint8_t *data,
                                   struct part *part, bool *worth, struct znn_error *error);

#endif

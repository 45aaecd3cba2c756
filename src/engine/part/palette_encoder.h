/*
 * palette_encoder.h - parts of few values
 */
#ifndef ZNN_ENGINE_PART_PALETTE_ENCODER_H
#define ZNN_ENGINE_PART_PALETTE_ENCODER_H

#include "engine/coding/part_coding.h"

/*
 * Returns whether `count` numbers of `width` bytes (2, 4 or 8) seem to take few values.  Looks only at a small sample,
 * so a call costs next to nothing.
 */
bool znn_palette_promises(const uint8_t *data, size_t count, unsigned width);

part_encode znn_palette_encode;

#endif

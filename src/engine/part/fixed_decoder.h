/*
 * fixed_decoder.h - from the streams of a part of fixed-point numbers to its bytes
 */
#ifndef ZNN_ENGINE_PART_FIXED_DECODER_H
#define ZNN_ENGINE_PART_FIXED_DECODER_H

#include "engine/coding/part_coding.h"

part_decode znn_fixed_decode;

/*
 * Turns the decoded `streams` into part->size bytes at `target`.  Returns false if the streams are invalid.
 */
bool znn_fixed_join(const struct part *part, const uint8_t *const *streams, uint8_t *target);

#endif

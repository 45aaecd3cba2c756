/*
 * fixed_decoder.h - from the streams of a part of fixed-point numbers to its bytes
 */
#ifndef ZNN_ENGINE_PART_FIXED_DECODER_H
#define ZNN_ENGINE_PART_FIXED_DECODER_H

#include "container/part.h"

/*
 * Writes the part->size bytes that the decoded `streams` stand for to `target`.  False where they stand for none.
 */
bool znn_fixed_decode(const struct part *part, const uint8_t *const *streams, uint8_t *target);

/*
 * Puts exceptions, `width` bytes each, in their places at `target`: the bits of `map` that are set, one for each of
 * `count` elements.  False where these are not `exceptions`, or a spare bit is set.
 */
bool znn_exceptions_decode(const uint8_t *map, const uint8_t *values, size_t count, unsigned width, uint32_t exceptions,
                           uint8_t *target);

/*
 * Puts the signs, one bit for each element, on top of `count` elements of `width` bytes.  False where a spare bit is
 * set.
 */
bool znn_signs_decode(const uint8_t *signs, size_t count, unsigned width, uint8_t *target);

#endif

/*
 * signs.h - rows of bits beside the elements of a part: signs, and where exceptions are
 */
#ifndef ZNN_ENGINE_CODING_SIGNS_H
#define ZNN_ENGINE_CODING_SIGNS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Whether the spare bits behind `count` numbers of `width` bits are zero.
 */
bool znn_bits_are_tidy(const uint8_t *bits, size_t count, unsigned width);

/*
 * Puts exceptions, `width` bytes each, in their places at `target`.  `map` has a bit for each of `count` elements, set
 * for an exception.  Returns false if there are not as many as `exceptions`, or if a spare bit is set.
 */
bool znn_exceptions_decode(const uint8_t *map, const uint8_t *values, size_t count, unsigned width, uint32_t exceptions,
                           uint8_t *target);

/*
 * Puts the signs, one bit for each element, on top of `count` elements of `width` bytes.  Returns false if a
 * spare bit is set.
 */
bool znn_signs_decode(const uint8_t *signs, size_t count, unsigned width, uint8_t *target);

#endif

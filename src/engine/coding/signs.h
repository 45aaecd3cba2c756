/*
 * signs.h - streams of one bit for each element: signs, and maps of exceptions
 */
#ifndef ZNN_ENGINE_CODING_SIGNS_H
#define ZNN_ENGINE_CODING_SIGNS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Returns whether the spare bits after `count` numbers of `width` bits are zero.
 */
bool znn_bits_are_tidy(const uint8_t *bits, size_t count, unsigned width);

/*
 * Copies exceptions, `width` bytes each, to their places at `target`.  `map` has a bit for each of `count` elements,
 * set for an exception.  Returns false if the number of set bits is not `exceptions`, or if a spare bit is set.
 */
bool znn_exceptions_decode(const uint8_t *map, const uint8_t *values, size_t count, unsigned width, uint32_t exceptions,
                           uint8_t *target);

/*
 * Stores the signs, one bit for each element, in the top bits of `count` elements of `width` bytes.  Returns false if a
 * spare bit is set.
 */
bool znn_signs_decode(const uint8_t *signs, size_t count, unsigned width, uint8_t *target);

#endif

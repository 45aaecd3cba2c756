/*
 * bits.h - rows of numbers of a few bits
 *
 * Signs, and other things that are true or false of each element, take one bit each; what is left of magnitudes below
 * their last whole byte takes some.  They are stored without gaps, the first in the least significant bits of the first
 * byte; loops would rather have each in a byte.
 *
 *     bytes, 3 bits of each     .....abc  .....def  .....ghi
 *     packed                    hidefabc  .......g
 */
#ifndef ZNN_TRANSFORM_BITS_H
#define ZNN_TRANSFORM_BITS_H

#include <stddef.h>
#include <stdint.h>

/*
 * The bytes that `count` numbers of `width` bits take.  `width` is 1 to 8 here and below.
 */
static inline size_t bits_size(size_t count, unsigned width)
{
    return count / 8 * width + (count % 8 * width + 7) / 8;
}

/*
 * Packs the lowest `width` bits of each byte, of which the others are zero, into bits_size() bytes at `bits`.  Spare
 * bits are zero.
 */
void znn_bits_pack(const uint8_t *bytes, size_t count, unsigned width, uint8_t *bits);

/*
 * The reverse: writes `count` bytes.
 */
void znn_bits_unpack(const uint8_t *bits, size_t count, unsigned width, uint8_t *bytes);

/*
 * Moves bit `place` of each of `count` bytes to a row of bits, and clears it.
 */
void znn_bits_extract(uint8_t *bytes, size_t count, unsigned place, uint8_t *bits);

#endif

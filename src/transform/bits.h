/*
 * bits.h - packs small numbers into bits
 *
 * Signs and other flags take one bit per element, and the incomplete last byte of magnitudes takes a few bits.  These
 * numbers are stored without gaps, the first in the least significant bits of the first byte.  Loops work better with
 * one number per byte.
 *
 *     bytes, 3 bits of each     .....abc  .....def  .....ghi
 *     packed                    hidefabc  .......g
 */
#ifndef ZNN_TRANSFORM_BITS_H
#define ZNN_TRANSFORM_BITS_H

#include <stddef.h>
#include <stdint.h>

/*
 * Returns the number of bytes that `count` numbers of `width` bits take.  `width` is 1 to 8 here and below.
 */
static inline size_t bits_size(size_t count, unsigned width)
{
    return count / 8 * width + (count % 8 * width + 7) / 8;
}

/*
 * Packs the lowest `width` bits of each byte into bits_size() bytes at `bits`.  The other bits of each byte must be
 * zero.  Spare bits become zero.
 */
void znn_bits_pack(const uint8_t *bytes, size_t count, unsigned width, uint8_t *bits);

/*
 * The reverse: writes `count` bytes.
 */
void znn_bits_unpack(const uint8_t *bits, size_t count, unsigned width, uint8_t *bytes);

/*
 * Moves bit `place` of each of `count` bytes to the packed bits at `bits`, and clears it in the bytes.
 */
void znn_bits_extract(uint8_t *bytes, size_t count, unsigned place, uint8_t *bits);

#endif

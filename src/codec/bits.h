/*
 * bits.h - the two bit-counting instructions that entropy coders live on
 *
 * Every machine has them and C11 has no name for them.  Neither is defined for zero.
 */
#ifndef ZNN_CODEC_BITS_H
#define ZNN_CODEC_BITS_H

#include <stdint.h>

/*
 * The place of the highest bit set, 0 to 31: floor(log2(value)).
 */
static inline unsigned highest_bit(uint32_t value)
{
#if defined(__GNUC__)
    return 31 - (unsigned)__builtin_clz(value);
#else
    unsigned place = 0;
    while (value >>= 1)
        place++;
    return place;
#endif
}

/*
 * How many zero bits stand below the lowest bit set, 0 to 63.
 */
static inline unsigned trailing_zeros(uint64_t value)
{
#if defined(__GNUC__)
    return (unsigned)__builtin_ctzll(value);
#else
    unsigned count = 0;
    for (; !(value & 1); value >>= 1)
        count++;
    return count;
#endif
}

#endif

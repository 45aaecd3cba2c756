/*
 * bits.h - bit operations for entropy coders
 *
 * Every processor counts bits with one instruction, but C11 has no name for these instructions.
 */
#ifndef ZNN_PLATFORM_BITS_H
#define ZNN_PLATFORM_BITS_H

#include <assert.h>
#include <stdint.h>

/*
 * Returns the index of the highest set bit, 0 to 31, which is floor(log2(value)).  `value` must not be zero.
 */
static inline unsigned highest_bit(uint32_t value)
{
    assert(value != 0);
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
 * Returns the number of zero bits below the lowest set bit, 0 to 63.  `value` must not be zero.
 */
static inline unsigned trailing_zeros(uint64_t value)
{
    assert(value != 0);
#if defined(__GNUC__)
    return (unsigned)__builtin_ctzll(value);
#else
    unsigned count = 0;
    for (; !(value & 1); value >>= 1)
        count++;
    return count;
#endif
}

/*
 * Returns the number of set bits.
 */
static inline unsigned bit_count(uint64_t value)
{
#if defined(__GNUC__)
    return (unsigned)__builtin_popcountll(value);
#else
    unsigned count = 0;
    for (; value; value &= value - 1)
        count++;
    return count;
#endif
}

#endif

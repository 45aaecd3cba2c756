/*
 * bits.h - the few instructions that entropy coders live on
 *
 * Every machine counts bits in one instruction, and C11 has no name for it.
 */
#ifndef ZNN_PLATFORM_BITS_H
#define ZNN_PLATFORM_BITS_H

#include <assert.h>
#include <stdint.h>

/*
 * The place of the highest bit set, 0 to 31: floor(log2(value)).  Not defined for zero.
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
 * How many zero bits stand below the lowest bit set, 0 to 63.  Not defined for zero.
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
 * How many bits are set.
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

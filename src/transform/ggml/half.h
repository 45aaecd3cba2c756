/*
 * half.h - F16 numbers, and the bits of floats
 *
 *     F16   | s eeeee mmmmmmmmmm |            F32   | s eeeeeeee mmmmmmmmmmmmmmmmmmmmmmm |
 *
 * Every F16 number is an F32 number.  The other direction rounds to nearest, ties to even.  Both use integers, so that
 * neither the processor's way to treat subnormal numbers nor its NaNs matter.
 */
#ifndef ZNN_TRANSFORM_GGML_HALF_H
#define ZNN_TRANSFORM_GGML_HALF_H

#include <stdint.h>
#include <string.h>

#define HALF_NAN 0x7e00 /* the only NaN that half_from_float() returns */

static inline float float_from_bits(uint32_t bits)
{
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static inline uint32_t bits_from_float(float value)
{
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

/* The subnormal numbers are multiples of 2^-24.  There are no branches, so that loops become vector code. */
static inline float float_from_half(uint16_t half)
{
    uint32_t magnitude = half & 0x7fff, bits = magnitude << 13;
    uint32_t small = bits_from_float((float)(int32_t)magnitude * 0x1p-24f);
    bits += magnitude >= 0x7c00 ? (uint32_t)224 << 23 : (uint32_t)112 << 23;
    bits = magnitude < 0x0400 ? small : bits;
    return float_from_bits(bits | (uint32_t)(half & 0x8000) << 16);
}

/* Shifts right and rounds to nearest, ties to even. */
static inline uint32_t shift_to_nearest(uint32_t number, unsigned shift)
{
    return (number + ((1u << (shift - 1)) - 1) + (number >> shift & 1)) >> shift;
}

static inline uint16_t half_from_float(float value)
{
    uint32_t bits = bits_from_float(value), magnitude = bits & 0x7fffffff, half;
    if (magnitude > 0x7f800000)
        return HALF_NAN;
    if (magnitude >= 0x477ff000) /* rounds to 2^16, which is too large */
        half = 0x7c00;
    else if (magnitude >= 0x38800000) /* 2^-14, the least normal number */
        half = shift_to_nearest(magnitude, 13) - ((uint32_t)112 << 10);
    else if (magnitude >= 0x33000000) /* 2^-25, half of the least subnormal number */
        half = shift_to_nearest((magnitude & 0x7fffff) | 0x800000, 126 - (magnitude >> 23));
    else
        half = 0;
    return (uint16_t)(half | (bits >> 16 & 0x8000));
}

#endif

/*
 * numbers.h - floats in fewer bits
 *
 * A float has a sign, an exponent with a bias, and a mantissa whose leading 1 is not written unless the exponent is 0:
 *
 *     F32      s eeeeeeee mmmmmmmmmmmmmmmmmmmmmmm   bias 127
 *     BF16     s eeeeeeee mmmmmmm                   bias 127: the upper half of an F32
 *     F16      s eeeee mmmmmmmmmm                   bias 15
 *     F8_E4M3  s eeee mmm                           bias 7; no infinity, and 448 is the largest number
 *
 * All conversions round to nearest, ties to even.
 */
#ifndef ZNN_TESTS_NUMBERS_H
#define ZNN_TESTS_NUMBERS_H

#include <math.h>
#include <stdint.h>
#include <string.h>

static inline uint32_t float_to_bits(float x)
{
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

static inline float bits_to_float(uint32_t bits)
{
    float x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

/*
 * A finite number of which the magnitude may be too large (then it becomes `largest`) or too small (then it becomes
 * subnormal, or zero), as a float with so many mantissa bits and that bias; without its sign.
 *
 * In the result's subnormal range the steps are equally wide, so the number is counted in steps.  Above it, adding half
 * a step to the F32's bits rounds them, and carries into the exponent where it must.
 */
static inline uint32_t narrow_magnitude(float x, unsigned mantissa, unsigned bias, uint32_t largest)
{
    float magnitude = fabsf(x);
    float smallest_normal = ldexpf(1.0f, 1 - (int)bias);
    if (magnitude < smallest_normal)
        return (uint32_t)lrintf(ldexpf(magnitude, (int)(bias + mantissa) - 1));
    unsigned dropped = 23 - mantissa;
    uint32_t bits = float_to_bits(magnitude);
    uint32_t half = ((uint32_t)1 << (dropped - 1)) - 1 + (bits >> dropped & 1);
    uint32_t narrow = ((bits + half) >> dropped) - ((127 - bias) << mantissa);
    return narrow < largest ? narrow : largest;
}

static inline uint16_t to_f16(float x)
{
    return (uint16_t)(signbit(x) ? 0x8000 : 0) | (uint16_t)narrow_magnitude(x, 10, 15, 0x7bff);
}

static inline uint8_t to_f8_e4m3(float x)
{
    return (uint8_t)(signbit(x) ? 0x80 : 0) | (uint8_t)narrow_magnitude(x, 3, 7, 0x7e);
}

static inline float from_f16(uint16_t half)
{
    unsigned exponent = half >> 10 & 0x1f, mantissa = half & 0x3ff;
    float magnitude = exponent == 0    ? ldexpf((float)mantissa, -24)
                      : exponent == 31 ? (mantissa ? NAN : INFINITY)
                                       : ldexpf((float)(mantissa + 1024), (int)exponent - 25);
    return half & 0x8000 ? -magnitude : magnitude;
}

static inline float from_bf16(uint16_t half)
{
    return bits_to_float((uint32_t)half << 16);
}

#endif

/*
 * float_convert.c - converts floats between types
 *
 *     source --> bit patterns of F32 --> target         a block at a time, so that the patterns stay in the cache
 *
 * The patterns of floats of one sign are in the order of their values.  So rounding is an addition: half a unit in the
 * last place that is kept, minus one if that place is even.  A carry into the exponent gives the right result, too.
 * Numbers that become subnormal have no unit that is known beforehand.  They are rare, so they may be slow.
 */
#include "transform/float_convert.h"

#include <assert.h>

#include "common/endian.h"

#define BLOCK 512

#define SIGN32 0x80000000u
#define INFINITY32 0x7f800000u
#define QUIET32 0x00400000u

unsigned znn_float_width(unsigned number)
{
    switch (number) {
    case FLOAT_F8_E5M2:
    case FLOAT_F8_E4M3:
        return 1;
    case FLOAT_F16:
    case FLOAT_BF16:
        return 2;
    case FLOAT_F32:
        return 4;
    case FLOAT_F64:
        return 8;
    default:
        return 0;
    }
}

bool znn_float_rounds(enum float_type from, enum float_type to)
{
    return from != to && znn_float_width(to) <= znn_float_width(from);
}

/* ---------------------------------------------------------------------------------------------------------------- */
/* To F32                                                                                                           */
/* ---------------------------------------------------------------------------------------------------------------- */

/*
 * Widens the pattern of a small float without its sign.  It has `mantissa` bits of mantissa and the exponent bias
 * `bias`.  `special` is the least pattern of an infinity or NaN.
 */
static inline uint32_t widen(uint32_t small, unsigned mantissa, uint32_t bias, uint32_t special)
{
    const uint32_t one = 1u << mantissa;
    uint32_t exponent = 127 - bias;
    uint32_t x = small;
    /* In a subnormal number, each step moves the first bit upwards if it is too low.  No step needs a branch. */
    for (unsigned step = 8; step > 0; step /= 2) {
        bool low = x < one >> (step - 1);
        x = low ? x << step : x;
        exponent = low ? exponent - step : exponent;
    }
    uint32_t result = (x << (23 - mantissa)) + (exponent << 23);
    result = small >= special ? small << (23 - mantissa) | INFINITY32 : result;
    return small == 0 ? 0 : result;
}

static inline uint32_t f16_to_f32(uint16_t x)
{
    return (uint32_t)(x & 0x8000) << 16 | widen(x & 0x7fff, 10, 15, 0x7c00);
}

/* Rounds a pattern of F64 without its sign to F32. */
static inline uint32_t narrow64(uint64_t x, enum float_rounding rounding)
{
    const uint64_t infinity = (uint64_t)0x7ff << 52;
    const uint32_t largest = rounding == FLOAT_TRUNCATE && x < infinity ? INFINITY32 - 1 : INFINITY32;
    const unsigned first = 897; /* the exponent of the least normal number of F32 */
    unsigned exponent = (unsigned)(x >> 52);
    unsigned drop = 29;
    if (x > infinity)
        return INFINITY32 | QUIET32 | (uint32_t)(x >> 29 & 0x7fffff);
    if (exponent >= first) {
        x -= (uint64_t)(first - 1) << 52;
    } else {
        drop += first - exponent;
        if (exponent == 0 || drop > 53)
            return 0;
        x = (x & (((uint64_t)1 << 52) - 1)) | (uint64_t)1 << 52;
    }
    if (rounding == FLOAT_NEAREST)
        x += ((uint64_t)1 << (drop - 1)) - 1 + (x >> drop & 1);
    x >>= drop;
    return x < largest ? (uint32_t)x : largest;
}

static inline uint32_t f64_to_f32(uint64_t x, enum float_rounding rounding)
{
    return (uint32_t)(x >> 32 & SIGN32) | narrow64(x & ~((uint64_t)1 << 63), rounding);
}

static void widen_block(enum float_type from, enum float_rounding rounding, const uint8_t *restrict source,
                        size_t count, uint32_t *restrict block)
{
    switch (from) {
    case FLOAT_F8_E5M2: /* the first byte of an F16 */
        for (size_t i = 0; i < count; i++)
            block[i] = f16_to_f32((uint16_t)(source[i] << 8));
        break;
    case FLOAT_F8_E4M3:
        for (size_t i = 0; i < count; i++)
            block[i] = (uint32_t)(source[i] & 0x80) << 24 | widen(source[i] & 0x7f, 3, 7, 0x7f);
        break;
    case FLOAT_F16:
        for (size_t i = 0; i < count; i++)
            block[i] = f16_to_f32(load_word16(source + 2 * i));
        break;
    case FLOAT_BF16:
        for (size_t i = 0; i < count; i++)
            block[i] = (uint32_t)load_word16(source + 2 * i) << 16;
        break;
    case FLOAT_F32:
        for (size_t i = 0; i < count; i++)
            block[i] = load_word32(source + 4 * i);
        break;
    default:
        for (size_t i = 0; i < count; i++)
            block[i] = f64_to_f32(load_word64(source + 8 * i), rounding);
        break;
    }
}

/* ---------------------------------------------------------------------------------------------------------------- */
/* From F32                                                                                                         */
/* ---------------------------------------------------------------------------------------------------------------- */

static inline uint16_t f32_to_bf16(uint32_t x, enum float_rounding rounding)
{
    bool is_nan = (x & ~SIGN32) > INFINITY32;
    uint32_t added = rounding == FLOAT_NEAREST ? 0x7fff + (x >> 16 & 1) : 0;
    uint32_t rounded = is_nan ? x | QUIET32 : x + added;
    return (uint16_t)(rounded >> 16);
}

/*
 * Rounds a pattern of F32 without its sign, and not NaN, to a type with `mantissa` bits of mantissa and the exponent
 * bias `bias`.  `infinity` is the result of an overflow.
 */
static inline uint32_t narrow(uint32_t x, unsigned mantissa, uint32_t bias, uint32_t infinity,
                              enum float_rounding rounding)
{
    const uint32_t first = 128 - bias; /* the exponent of the least normal number */
    const uint32_t largest = rounding == FLOAT_TRUNCATE && x < INFINITY32 ? infinity - 1 : infinity;
    uint32_t exponent = x >> 23;
    unsigned drop = 23 - mantissa;
    if (exponent >= first) {
        x -= (first - 1) << 23;
    } else {
        drop += first - exponent;
        if (drop > 24)
            return 0;
        x = (x & 0x7fffff) | 0x800000;
    }
    if (rounding == FLOAT_NEAREST)
        x += (1u << (drop - 1)) - 1 + (x >> drop & 1);
    x >>= drop;
    return x < largest ? x : largest;
}

static inline uint16_t f32_to_f16(uint32_t x, enum float_rounding rounding)
{
    uint32_t size = x & ~SIGN32;
    uint32_t result = size > INFINITY32 ? 0x7e00 | (size >> 13 & 0x3ff) : narrow(size, 10, 15, 0x7c00, rounding);
    return (uint16_t)((x >> 16 & 0x8000) | result);
}

static inline uint8_t f32_to_e5m2(uint32_t x, enum float_rounding rounding)
{
    uint32_t size = x & ~SIGN32;
    return (uint8_t)((x >> 24 & 0x80) | (size > INFINITY32 ? 0x7f : narrow(size, 2, 15, 0x7c, rounding)));
}

static inline uint8_t f32_to_e4m3(uint32_t x, enum float_rounding rounding)
{
    uint32_t size = x & ~SIGN32;
    return (uint8_t)((x >> 24 & 0x80) | (size > INFINITY32 ? 0x7f : narrow(size, 3, 7, 0x7f, rounding)));
}

static inline uint64_t f32_to_f64(uint32_t x)
{
    uint64_t size = x & ~SIGN32;
    uint64_t sign = (uint64_t)(x & SIGN32) << 32;
    uint64_t exponent = 896;
    if (size >= INFINITY32)
        return sign | (uint64_t)0x7ff << 52 | size << 29;
    if (size == 0)
        return sign;
    for (; size < 0x800000; exponent--)
        size <<= 1;
    return sign | ((size << 29) + (exponent << 52));
}

static inline void narrow_block(enum float_type to, enum float_rounding rounding, const uint32_t *restrict block,
                                size_t count, uint8_t *restrict target)
{
    switch (to) {
    case FLOAT_F8_E5M2:
        for (size_t i = 0; i < count; i++)
            target[i] = f32_to_e5m2(block[i], rounding);
        break;
    case FLOAT_F8_E4M3:
        for (size_t i = 0; i < count; i++)
            target[i] = f32_to_e4m3(block[i], rounding);
        break;
    case FLOAT_F16:
        for (size_t i = 0; i < count; i++)
            store_word16(target + 2 * i, f32_to_f16(block[i], rounding));
        break;
    case FLOAT_BF16:
        for (size_t i = 0; i < count; i++)
            store_word16(target + 2 * i, f32_to_bf16(block[i], rounding));
        break;
    case FLOAT_F32:
        for (size_t i = 0; i < count; i++)
            store_word32(target + 4 * i, block[i]);
        break;
    default:
        for (size_t i = 0; i < count; i++)
            store_word64(target + 8 * i, f32_to_f64(block[i]));
        break;
    }
}

void znn_float_convert(enum float_type from, enum float_type to, enum float_rounding rounding, const uint8_t *source,
                       size_t count, uint8_t *target)
{
    uint32_t block[BLOCK];
    const size_t from_width = znn_float_width(from), to_width = znn_float_width(to);
    assert(from_width > 0 && to_width > 0);
    for (size_t start = 0; start < count; start += BLOCK) {
        size_t some = count - start < BLOCK ? count - start : BLOCK;
        widen_block(from, rounding, source + start * from_width, some, block);
        if (rounding == FLOAT_NEAREST) /* a constant, so that the loops need not ask */
            narrow_block(to, FLOAT_NEAREST, block, some, target + start * to_width);
        else
            narrow_block(to, FLOAT_TRUNCATE, block, some, target + start * to_width);
    }
}

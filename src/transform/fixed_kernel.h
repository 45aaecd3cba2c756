/*
 * fixed_kernel.h - the loops of the fixed-point cast, compiled once for each instruction set
 *
 * A float with M mantissa bits is m * 2^(e - bias - M), with m = 2^M + mantissa.  If the exponent field is 0, m is just
 * the mantissa and e is 1. v is this float times 2^B, so v is m shifted by e - bias - M + B: to the left if that is
 * positive, otherwise to the right, with rounding.
 *
 *     s |  e  |  mantissa       ->      1 mantissa   >>  bias + M - B - e      ->  v
 *
 * Every element takes the same steps, without branches, and the type is a constant after inlining.  So the compiler
 * makes vector code if the machine can shift each element by its own amount (on x86 since AVX2).
 */
#ifndef ZNN_TRANSFORM_FIXED_KERNEL_H
#define ZNN_TRANSFORM_FIXED_KERNEL_H

#include "common/endian.h"
#include "platform/compiler.h"
#include "transform/fixed_point.h"

/* The layout of a type of up to 32 bits. */
struct float_layout {
    unsigned width;    /* bytes */
    unsigned mantissa; /* bits of the mantissa field */
    unsigned exponent; /* bits of the exponent field; all bits set mean infinity or NaN */
    unsigned bias;
};

static ALWAYS_INLINE struct float_layout float_layout(enum fixed_type type)
{
    return type == FIXED_F16    ? (struct float_layout){2, 10, 5, 15}
           : type == FIXED_BF16 ? (struct float_layout){2, 7, 8, 127}
                                : (struct float_layout){4, 23, 8, 127};
}

/*
 * Returns the most bits that the magnitude of an integer may have.
 */
static ALWAYS_INLINE unsigned fixed_length32(const struct fixed_point *fixed)
{
    return fixed->length ? fixed->length : 31;
}

/*
 * Returns the first magnitude, as bits, whose floats are exceptions, because the exponent is special or the integer
 * would be too long.  The bits of floats grow with their magnitudes, so one limit is enough.  With a small length, the
 * limit may be a subnormal number of F16.
 */
static ALWAYS_INLINE uint32_t fixed_limit32(struct float_layout layout, const struct fixed_point *fixed)
{
    const uint32_t special = ((1u << layout.exponent) - 1) << layout.mantissa;
    const int32_t e = (int32_t)(layout.bias + fixed_length32(fixed)) - (int32_t)fixed->bits;
    if (e < 1)
        return 1u << ((int32_t)layout.mantissa - 1 + e);
    return (uint32_t)e < special >> layout.mantissa ? (uint32_t)e << layout.mantissa : special;
}

static ALWAYS_INLINE float fixed_scale32(unsigned bits)
{
    uint32_t word = (127u - bits) << 23; /* 2^-bits */
    float scale;
    memcpy(&scale, &word, sizeof scale);
    return scale;
}

static ALWAYS_INLINE double fixed_scale64(unsigned bits)
{
    uint64_t word = (uint64_t)(1023u - bits) << 52;
    double scale;
    memcpy(&scale, &word, sizeof scale);
    return scale;
}

/*
 * Returns the F16 with the value of the F32 `word`.  If the F16 is subnormal, adding one half gives an F32 whose last
 * place is that of a subnormal F16.  The sum is exact, and its low bits are those of the F16.
 */
static ALWAYS_INLINE uint32_t fixed_narrow16(uint32_t word)
{
    const uint32_t half_word = 126u << 23;
    uint32_t magnitude = word & 0x7fffffff;
    float x, half;
    memcpy(&x, &magnitude, sizeof x);
    memcpy(&half, &half_word, sizeof half);
    x += half;
    uint32_t sum;
    memcpy(&sum, &x, sizeof sum);
    uint32_t normal = (magnitude >> 13) - (112u << 10);
    uint32_t is_small = 0u - ((magnitude - (113u << 23)) >> 31);
    uint32_t narrow = ((sum - half_word) & is_small) | (normal & ~is_small);
    return (word >> 16 & 0x8000) | (narrow & 0x7fff);
}

/* Returns the element of `type` with the value v * scale.  It is exact if such an element exists. */
static ALWAYS_INLINE uint32_t fixed_element32(enum fixed_type type, int32_t v, float scale)
{
    float x = (float)v * scale;
    uint32_t word;
    memcpy(&word, &x, sizeof word);
    return type == FIXED_F32 ? word : type == FIXED_BF16 ? word >> 16 : fixed_narrow16(word);
}

static ALWAYS_INLINE struct fixed_result fixed_cast32(enum fixed_type type, const struct fixed_point *fixed,
                                                      const uint8_t *restrict source, size_t count,
                                                      int32_t *restrict values, uint8_t *restrict restored)
{
    const struct float_layout layout = float_layout(type);
    const unsigned width = layout.width, mantissa = layout.mantissa;
    const int32_t shift = (int32_t)(layout.bias + mantissa) - (int32_t)fixed->bits;
    const float scale = fixed_scale32(fixed->bits);
    const uint32_t floor = fixed->floor, nearest = !fixed->floor, exact_zero = fixed->exact_zero;
    const uint32_t last = fixed_limit32(layout, fixed) - 1;
    uint32_t all = 0, exceptions = 0;
    for (size_t i = 0; i < count; i++) {
        uint32_t bits = width == 2 ? load_word16(source + 2 * i) : load_word32(source + 4 * i);
        uint32_t sign = bits >> (8 * width - 1);
        uint32_t magnitude = bits & ((1u << (8 * width - 1)) - 1);
        uint32_t e = magnitude >> mantissa;
        uint32_t is_normal = (0u - e) >> 31;
        uint32_t m = (magnitude & ((1u << mantissa) - 1)) | is_normal << mantissa;
        int32_t right = shift - (int32_t)(e + 1 - is_normal);
        int32_t left = -right;
        uint32_t r = right < 0 ? 0 : right > 31 ? 31 : (uint32_t)right;
        uint32_t l = left < 0 ? 0 : left > 31 ? 31 : (uint32_t)left;
        uint32_t below = (1u << r) - 1; /* the bits that rounding drops */
        uint32_t to_even = (below >> 1) + (m >> r & below & 1);
        uint32_t q = (m + (to_even & (0u - nearest)) + (below & (0u - (sign & floor)))) >> r << l;
        uint32_t is_exception = (last - magnitude) >> 31 | (exact_zero & sign & (magnitude - 1) >> 31);
        uint32_t kept = is_exception - 1; /* all ones if it is no exception */
        q &= kept;
        int32_t v = (int32_t)((q ^ (0u - sign)) + sign);
        uint32_t element = (fixed_element32(type, v, scale) & kept) | (bits & ~kept);
        values[i] = (int32_t)(((uint32_t)v & kept) | ((uint32_t)FIXED_EXCEPTION32 & ~kept));
        all |= q;
        exceptions += is_exception;
        if (width == 2)
            store_word16(restored + 2 * i, (uint16_t)element);
        else
            store_word32(restored + 4 * i, element);
    }
    return (struct fixed_result){all, exceptions};
}

/*
 * Returns the largest magnitude of the elements that are no exceptions, as bits of an element, and counts the
 * exceptions.
 */
static ALWAYS_INLINE uint32_t fixed_largest32(enum fixed_type type, const struct fixed_point *fixed,
                                              const uint8_t *restrict source, size_t count, size_t *exceptions)
{
    const struct float_layout layout = float_layout(type);
    const unsigned width = layout.width;
    const uint32_t limit = fixed_limit32(layout, fixed);
    const uint32_t zero = 1u << (8 * width - 1), exact_zero = fixed->exact_zero;
    uint32_t largest = 0, bad = 0;
    for (size_t i = 0; i < count; i++) {
        uint32_t bits = width == 2 ? load_word16(source + 2 * i) : load_word32(source + 4 * i);
        uint32_t magnitude = bits & ((1u << (8 * width - 1)) - 1);
        uint32_t is_exception = (limit - 1 - magnitude) >> 31;
        uint32_t regular = magnitude & (is_exception - 1);
        largest = regular > largest ? regular : largest;
        bad += is_exception + ((bits == zero) & exact_zero);
    }
    *exceptions = bad;
    return largest;
}

static ALWAYS_INLINE uint64_t fixed_largest64(const struct fixed_point *fixed, const uint8_t *restrict source,
                                              size_t count, size_t *exceptions)
{
    const uint64_t limit = (uint64_t)(1023 + 63 - fixed->bits) << 52;
    const uint64_t zero = UINT64_C(1) << 63, exact_zero = fixed->exact_zero;
    uint64_t largest = 0, bad = 0;
    for (size_t i = 0; i < count; i++) {
        uint64_t bits = load_word64(source + 8 * i);
        uint64_t magnitude = bits & INT64_MAX;
        uint64_t is_exception = (limit - 1 - magnitude) >> 63;
        uint64_t regular = magnitude & (is_exception - 1);
        largest = regular > largest ? regular : largest;
        bad += is_exception + ((bits == zero) & exact_zero);
    }
    *exceptions = (size_t)bad;
    return largest;
}

static ALWAYS_INLINE struct fixed_result fixed_cast64(const struct fixed_point *fixed, const uint8_t *restrict source,
                                                      size_t count, int64_t *restrict values,
                                                      uint8_t *restrict restored)
{
    const int64_t shift = 1023 + 52 - (int64_t)fixed->bits;
    const double scale = fixed_scale64(fixed->bits);
    const uint64_t floor = fixed->floor, nearest = !fixed->floor, exact_zero = fixed->exact_zero;
    uint64_t all = 0;
    size_t exceptions = 0;
    for (size_t i = 0; i < count; i++) {
        uint64_t bits = load_word64(source + 8 * i);
        uint64_t sign = bits >> 63;
        uint64_t magnitude = bits & INT64_MAX;
        uint64_t e = magnitude >> 52;
        uint64_t is_normal = (0 - e) >> 63;
        uint64_t m = (magnitude & ((UINT64_C(1) << 52) - 1)) | is_normal << 52;
        int64_t right = shift - (int64_t)(e + 1 - is_normal);
        int64_t left = -right;
        uint64_t r = right < 0 ? 0 : right > 63 ? 63 : (uint64_t)right;
        uint64_t l = left < 0 ? 0 : left > 63 ? 63 : (uint64_t)left;
        uint64_t below = (UINT64_C(1) << r) - 1;
        uint64_t to_even = (below >> 1) + (m >> r & below & 1);
        uint64_t q = (m + (to_even & (0 - nearest)) + (below & (0 - (sign & floor)))) >> r << l;
        uint64_t is_exception = (e + 1) >> 11 | (l + 53) >> 6 | (exact_zero & sign & (magnitude - 1) >> 63);
        uint64_t kept = is_exception - 1;
        q &= kept;
        int64_t v = (int64_t)((q ^ (0 - sign)) + sign);
        double x = (double)v * scale;
        uint64_t element;
        memcpy(&element, &x, sizeof element);
        values[i] = (int64_t)(((uint64_t)v & kept) | ((uint64_t)FIXED_EXCEPTION64 & ~kept));
        all |= q;
        exceptions += (size_t)is_exception;
        store_word64(restored + 8 * i, (element & kept) | (bits & ~kept));
    }
    return (struct fixed_result){all, exceptions};
}

/*
 * Tells whether m has more than `precision` bits from its first set bit to its last. m fits if the zeros after its last
 * set bit are at least as many as its surplus bits.
 */
static ALWAYS_INLINE uint32_t fixed_is_longer32(uint32_t m, unsigned precision)
{
    return m >> precision > (m & (0u - m)) - 1;
}

static ALWAYS_INLINE bool fixed_restore32(enum fixed_type type, unsigned bits, const int32_t *restrict values,
                                          size_t count, uint8_t *restrict target)
{
    const struct float_layout layout = float_layout(type);
    const float scale = fixed_scale32(bits);
    /* Only F16 can be too coarse (below 2^-24) or too short (from 2^16 on). */
    const uint32_t coarse = type == FIXED_F16 && bits > 24 ? (1u << (bits - 24)) - 1 : 0;
    const uint32_t longest = type == FIXED_F16 && bits + 16 < 31 ? (1u << (bits + 16)) - 1 : INT32_MAX;
    uint32_t bad = 0;
    for (size_t i = 0; i < count; i++) {
        int32_t v = values[i];
        uint32_t sign = (uint32_t)v >> 31;
        uint32_t m = ((uint32_t)v ^ (0u - sign)) + sign;
        bad |= fixed_is_longer32(m, layout.mantissa + 1) | (m & coarse) | (m > longest);
        uint32_t element = fixed_element32(type, v, scale);
        if (layout.width == 2)
            store_word16(target + 2 * i, (uint16_t)element);
        else
            store_word32(target + 4 * i, element);
    }
    return bad == 0;
}

static ALWAYS_INLINE bool fixed_restore64(unsigned bits, const int64_t *restrict values, size_t count,
                                          uint8_t *restrict target)
{
    const double scale = fixed_scale64(bits);
    uint64_t bad = 0;
    for (size_t i = 0; i < count; i++) {
        int64_t v = values[i];
        uint64_t sign = (uint64_t)v >> 63;
        uint64_t m = ((uint64_t)v ^ (0 - sign)) + sign;
        bad |= (m >> 53 > (m & (0 - m)) - 1) | m >> 63;
        double x = (double)v * scale;
        uint64_t element;
        memcpy(&element, &x, sizeof element);
        store_word64(target + 8 * i, element);
    }
    return bad == 0;
}

/*
 * The complete functions of fixed_point.h, with an instance for each type.
 */
static ALWAYS_INLINE uint64_t fixed_largest(const struct fixed_point *fixed, const uint8_t *source, size_t count,
                                            size_t *exceptions)
{
    switch (fixed->type) {
    case FIXED_F16:
        return fixed_largest32(FIXED_F16, fixed, source, count, exceptions);
    case FIXED_BF16:
        return fixed_largest32(FIXED_BF16, fixed, source, count, exceptions);
    case FIXED_F32:
        return fixed_largest32(FIXED_F32, fixed, source, count, exceptions);
    default:
        return fixed_largest64(fixed, source, count, exceptions);
    }
}

static ALWAYS_INLINE struct fixed_result fixed_cast(const struct fixed_point *fixed, const uint8_t *source,
                                                    size_t count, union fixed_values values, uint8_t *restored)
{
    switch (fixed->type) {
    case FIXED_F16:
        return fixed_cast32(FIXED_F16, fixed, source, count, values.of32, restored);
    case FIXED_BF16:
        return fixed_cast32(FIXED_BF16, fixed, source, count, values.of32, restored);
    case FIXED_F32:
        return fixed_cast32(FIXED_F32, fixed, source, count, values.of32, restored);
    default:
        return fixed_cast64(fixed, source, count, values.of64, restored);
    }
}

static ALWAYS_INLINE bool fixed_restore(const struct fixed_point *fixed, union fixed_values values, size_t count,
                                        uint8_t *target)
{
    switch (fixed->type) {
    case FIXED_F16:
        return fixed_restore32(FIXED_F16, fixed->bits, values.of32, count, target);
    case FIXED_BF16:
        return fixed_restore32(FIXED_BF16, fixed->bits, values.of32, count, target);
    case FIXED_F32:
        return fixed_restore32(FIXED_F32, fixed->bits, values.of32, count, target);
    default:
        return fixed_restore64(fixed->bits, values.of64, count, target);
    }
}

#endif

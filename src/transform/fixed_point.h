/*
 * fixed_point.h - rounds floats to integer multiples of a power of two
 *
 * Most low bits of a trained weight are noise.  For each float x, the cast keeps the integer v that is nearest to x *
 * 2^B (or the largest that is not above it).  The result has a step of 2^-B for any exponent of x, and the nearest v
 * has an error of at most half a step.
 *
 *     x (F32)      0.0123456789     -0.5       1e-9      inf
 *     v, B = 15    405              -16384     0         an exception: x itself is kept
 *     v * 2^-15    0.012359619      -0.5       0.0       inf
 *
 * v * 2^-B is always a number of x's own type.  Let 2^e be the unit in the last place of x.  If e >= -B, x is already a
 * multiple of 2^-B.  Otherwise the multiples of 2^-B are coarser than the numbers around x.  So the multiple next to x
 * is one of these numbers or, after a carry, the next power of two.  That power is within the type's range, because x
 * has bits below 2^-B <= 1, and no float near the end of a range has such bits.  If x is so small that v is 0, 1 or -1,
 * 2^-B is a number of the type, because x is no multiple of 2^-B and so has a smaller unit.
 *
 * The code computes with integers, or with floats if the result is exact and a normal number.  So rounding modes, fused
 * or wider operations and the flushing of subnormal numbers cannot change the result.
 */
#ifndef ZNN_TRANSFORM_FIXED_POINT_H
#define ZNN_TRANSFORM_FIXED_POINT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The types that the cast accepts. */
enum fixed_type { FIXED_F16, FIXED_BF16, FIXED_F32, FIXED_F64 };

struct fixed_point {
    enum fixed_type type;
    unsigned bits;   /* B: 0 to 30, for FIXED_F64 to 61 */
    bool floor;      /* towards minus infinity instead of to nearest, ties to even */
    bool exact_zero; /* -0.0 is an exception */
    unsigned
        length; /* for F16 and BF16: longer integers are exceptions; 0: integers of more than 31 bits, as for F32 */
};

/*
 * The least length for F16 and BF16.  From this length on, a number that is an exception for its length is a multiple
 * of 2^-B, so keeping it as it is equals rounding it.
 */
#define FIXED_LENGTH_LEAST 12

/*
 * Return the greatest B for a type, and the number of bytes of an element.
 */
unsigned znn_fixed_bits_max(enum fixed_type type);
unsigned znn_fixed_width(enum fixed_type type);

/*
 * The integers for elements.  Their magnitudes are below 2^31 for types of up to 32 bits, and below 2^63 for F64.
 */
union fixed_values {
    int32_t *of32;
    int64_t *of64; /* for FIXED_F64 */
};

static inline union fixed_values fixed_values_in(enum fixed_type type, int32_t *narrow, int64_t *wide)
{
    union fixed_values values = {.of32 = narrow};
    if (type == FIXED_F64)
        values.of64 = wide;
    return values;
}

/* The value that marks an exception. */
#define FIXED_EXCEPTION32 INT32_MIN
#define FIXED_EXCEPTION64 INT64_MIN

/* The result of a cast. */
struct fixed_result {
    uint64_t magnitudes; /* the bits that are set in the magnitude of any value */
    size_t exceptions;
};

/*
 * Returns the number of bits of the largest magnitude among the integers for `count` elements at `source`.  The result
 * may be one too high when rounding towards minus infinity.  Sets *exceptions to the number of exceptions.  Much faster
 * than the cast.
 */
unsigned znn_fixed_measure(const struct fixed_point *fixed, const uint8_t *source, size_t count, size_t *exceptions);

/*
 * Casts `count` little-endian elements at `source` to `values`.  Writes the elements that a decoder will restore to
 * `restored`; an exception stays the element itself.  `source` and `restored` need no alignment.
 */
struct fixed_result znn_fixed_cast(const struct fixed_point *fixed, const uint8_t *source, size_t count,
                                   union fixed_values values, uint8_t *restored);

/*
 * Writes the elements for `values`, none of them an exception, to `target`.  Returns false if a value has no element;
 * that element of `target` is then undefined.
 */
bool znn_fixed_restore(const struct fixed_point *fixed, union fixed_values values, size_t count, uint8_t *target);

#endif

/*
 * fixed_point.h - floats as integer multiples of a power of two
 *
 * Most low bits of a trained weight are noise.  The cast keeps, of each float x, the integer v that is nearest to
 * x * 2^B (or the largest that is not above it): what is left has a step of 2^-B everywhere, whatever x's exponent, and
 * an error of at most half a step.
 *
 *     x (F32)      0.0123456789     -0.5       1e-9      inf
 *     v, B = 15    405              -16384     0         an exception: x itself is kept
 *     v * 2^-15    0.012359619      -0.5       0.0       inf
 *
 * v * 2^-B is always a number of x's own type.  Let x have the unit 2^e in its last place.  With e >= -B, x is a
 * multiple of 2^-B already.  Otherwise the multiples of 2^-B are coarser than the numbers around x, so that the one
 * next to x is one of these, or, after a carry, the power of two that they lead up to; that this is not beyond the
 * type's range follows from x having bits below 2^-B <= 1, as no float near the end of a range has any.  And where x is
 * so small that v is 0, 1 or -1, 2^-B is a number of the type, because x, being no multiple, has a unit below it.
 *
 * All is computed with integers, or in floating point where the result is exact, so that neither a rounding mode, nor
 * a fused or a wider operation, nor the flushing of subnormal numbers can change it: the results, exact as they are,
 * are normal numbers.
 */
#ifndef ZNN_TRANSFORM_FIXED_POINT_H
#define ZNN_TRANSFORM_FIXED_POINT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The types that can be cast. */
enum fixed_type { FIXED_F16, FIXED_BF16, FIXED_F32, FIXED_F64 };

struct fixed_point {
    enum fixed_type type;
    unsigned bits;   /* B: 0 to 30, for FIXED_F64 to 61 */
    bool floor;      /* towards minus infinity instead of to nearest, ties to even */
    bool exact_zero; /* -0.0 is an exception */
    unsigned length; /* of F16 and BF16: integers of more bits are exceptions; 0: of more than 31, as those of F32 */
};

/*
 * A length for F16 and BF16 must be at least 12: then what is an exception for its length is a multiple of 2^-B, and
 * keeping it as it is rounds it.
 */
#define FIXED_LENGTH_LEAST 12

/*
 * The greatest B for a type, and the bytes of an element.
 */
unsigned znn_fixed_bits_max(enum fixed_type type);
unsigned znn_fixed_width(enum fixed_type type);

/*
 * Integers that elements stand for: below 2^31 either way for types of up to 32 bits, and 2^63 for F64.
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

/* What stands for an exception. */
#define FIXED_EXCEPTION32 INT32_MIN
#define FIXED_EXCEPTION64 INT64_MIN

/* What a cast found. */
struct fixed_result {
    uint64_t magnitudes; /* the bits that are set in the magnitude of any value */
    size_t exceptions;
};

/*
 * How many bits the magnitudes of the integers for `count` elements at `source` have at the most, or, when rounding
 * towards minus infinity, one more; and how many exceptions there are.  Much faster than the cast.
 */
unsigned znn_fixed_measure(const struct fixed_point *fixed, const uint8_t *source, size_t count, size_t *exceptions);

/*
 * Casts `count` elements at `source`, little-endian, to `values`, and writes what these stand for, which for an
 * exception is the element itself, to `restored`.  No alignment is needed of bytes.
 */
struct fixed_result znn_fixed_cast(const struct fixed_point *fixed, const uint8_t *source, size_t count,
                                   union fixed_values values, uint8_t *restored);

/*
 * Writes the elements that `values` stand for, none of them an exception, to `target`.  False where one has no such
 * element; it is anything then.
 */
bool znn_fixed_restore(const struct fixed_point *fixed, union fixed_values values, size_t count, uint8_t *target);

#endif

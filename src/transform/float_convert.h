/*
 * float_convert.h - converts floats between types
 *
 * A model is often stored in several precisions.  If the base has a tensor as F32 and the child has it as BF16, the
 * base's numbers are rounded to BF16 before znn computes differences.  If nobody changed the model, no difference is
 * left.
 *
 *     base, F32     0.1234      -1e-9       1e39  (infinity)
 *     BF16          0.12353515  -1.0012e-9  infinity
 *
 * Every conversion goes through F32, as in PyTorch.  Only two steps can round: from F64 to F32, and from F32 to a
 * smaller type.  FLOAT_NEAREST takes the nearest number, ties to even, and an overflow gives infinity, or NaN in
 * F8_E4M3, which has no infinity.  FLOAT_TRUNCATE drops the bits that do not fit; no finite number overflows.
 *
 * NaN keeps its sign and the first bits of its mantissa.  A conversion to a smaller type sets the first bit of the
 * mantissa, so that NaN stays NaN.  F8 types have only one NaN of each sign as a result: all other bits are set.
 *
 * All arithmetic is on bit patterns, so every machine gets the same results.
 */
#ifndef ZNN_TRANSFORM_FLOAT_CONVERT_H
#define ZNN_TRANSFORM_FLOAT_CONVERT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The types, by their numbers in znn(5), "Element types".  FLOAT_NONE is none of them. */
enum float_type {
    FLOAT_NONE = 0,
    FLOAT_F8_E5M2 = 7,
    FLOAT_F8_E4M3 = 8,
    FLOAT_F16 = 14,
    FLOAT_BF16 = 15,
    FLOAT_F32 = 18,
    FLOAT_F64 = 20,
};

enum float_rounding { FLOAT_NEAREST = 0, FLOAT_TRUNCATE = 1, FLOAT_ROUNDING_COUNT };

/*
 * Returns the bytes of a number of type `number`, or 0 if the number is none of enum float_type.
 */
unsigned znn_float_width(unsigned number);

/*
 * Returns true if some numbers of type `from` have to be rounded to become numbers of type `to`.
 */
bool znn_float_rounds(enum float_type from, enum float_type to);

/*
 * Converts `count` little-endian numbers at `source` and writes them to `target`, which must not overlap.
 */
void znn_float_convert(enum float_type from, enum float_type to, enum float_rounding rounding, const uint8_t *source,
                       size_t count, uint8_t *target);

#endif

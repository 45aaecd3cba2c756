/*
 * fixed_type.h - the element types that can be cast, by their numbers
 */
#ifndef ZNN_ENGINE_CODING_FIXED_TYPE_H
#define ZNN_ENGINE_CODING_FIXED_TYPE_H

#include "model/dtype.h"
#include "transform/fixed_delta.h"
#include "znn.h"

/*
 * Returns whether elements of this type can become fixed point.
 */
static inline bool znn_fixed_suits(enum dtype dtype)
{
    return dtype == DTYPE_F16 || dtype == DTYPE_BF16 || dtype == DTYPE_F32 || dtype == DTYPE_F64;
}

/*
 * Returns the cast's name for such a type.
 */
static inline enum fixed_type znn_fixed_type(unsigned dtype)
{
    return dtype == DTYPE_F16    ? FIXED_F16
           : dtype == DTYPE_BF16 ? FIXED_BF16
           : dtype == DTYPE_F32  ? FIXED_F32
                                 : FIXED_F64;
}

/*
 * Returns the cast that the caller asked for.  `dtype` must pass znn_fixed_suits().
 */
static inline struct fixed_point znn_fixed_asked(const struct znn_lossy *lossy, enum dtype dtype)
{
    return (struct fixed_point){
        .type = znn_fixed_type(dtype),
        .bits = lossy->bits,
        .floor = lossy->rounding == ZNN_ROUND_FLOOR,
        .exact_zero = lossy->exact_zero,
        .length = znn_dtype_info(dtype)->word == 2 ? 16 : 0, /* because there are at most two byte groups */
    };
}

/*
 * Returns the same cast, for coding its differences.  The results are the same, but a few more elements become
 * exceptions.
 */
static inline struct fixed_point znn_fixed_asked_delta(const struct znn_lossy *lossy, enum dtype dtype)
{
    struct fixed_point fixed = znn_fixed_asked(lossy, dtype);
    if (fixed.length > 0)
        fixed.length = FIXED_DELTA_LENGTH16;
    return fixed;
}

#endif

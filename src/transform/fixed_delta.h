/*
 * fixed_delta.h - fixed-point numbers by what they differ in from others
 *
 * Where both a number and that of the base are rounded to multiples of 2^-B, it is the integers that are close to each
 * other: their difference has no bits below the point, where those of the floats would differ at random.
 *
 *     base    0.01234568 -> 405                          child   0.01281738 -> 420
 *     difference of the casts     15                     of the bit patterns     505856
 *
 * Differences wrap around at the width of an element, in two's complement, and become z as in delta.h.
 */
#ifndef ZNN_TRANSFORM_FIXED_DELTA_H
#define ZNN_TRANSFORM_FIXED_DELTA_H

#include "transform/fixed_point.h"

/* So many elements at a time, at the most. */
#define FIXED_DELTA_BLOCK 1024

/*
 * The bits that magnitudes may have so that differences tell them: one less than an element of 16 bits has.
 */
#define FIXED_DELTA_LENGTH16 15

/*
 * Casts `count` elements of a base, whatever the length of the integers; what is an exception there counts as 0.
 */
void znn_fixed_cast_base(const struct fixed_point *fixed, const uint8_t *source, size_t count,
                         union fixed_values values);

/*
 * Writes z for each of `count` integers, none of them an exception, to `differences`: as wide as an element of
 * `type`, in the machine's order and aligned for it.
 */
void znn_fixed_subtract(enum fixed_type type, union fixed_values base, union fixed_values values, size_t count,
                        void *differences);

/*
 * The reverse.  False where an integer is the least one of its width, for which there is no positive one.
 */
bool znn_fixed_add(enum fixed_type type, union fixed_values base, const void *differences, size_t count,
                   union fixed_values values);

#endif

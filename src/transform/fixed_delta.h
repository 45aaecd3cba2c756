/*
 * fixed_delta.h - codes fixed-point numbers as differences from a base
 *
 * If a number and the base's number are both rounded to multiples of 2^-B, their integers are close to each other.  The
 * difference of the integers has no bits below the point; in the floats, these bits would differ at random.
 *
 *     base    0.01234568 -> 405                          child   0.01281738 -> 420
 *     difference of the casts     15                     of the bit patterns     505856
 *
 * Differences wrap around at the width of an element, in two's complement, and become z as in delta.h.
 */
#ifndef ZNN_TRANSFORM_FIXED_DELTA_H
#define ZNN_TRANSFORM_FIXED_DELTA_H

#include "transform/fixed_point.h"

/* The most elements of one call. */
#define FIXED_DELTA_BLOCK 1024

/*
 * The most bits of a magnitude for which differences are exact in an element of 16 bits: one less than its width.
 */
#define FIXED_DELTA_LENGTH16 15

/*
 * Casts `count` elements of a base, with integers of any length.  An exception in the base counts as 0.
 */
void znn_fixed_cast_base(const struct fixed_point *fixed, const uint8_t *source, size_t count,
                         union fixed_values values);

/*
 * Writes z for each of `count` integers, none of them an exception, to `differences`.  Each z is as wide as an element
 * of `type`, in the machine's byte order, and `differences` is aligned for it.
 */
void znn_fixed_subtract(enum fixed_type type, union fixed_values base, union fixed_values values, size_t count,
                        void *differences);

/*
 * The reverse.  Returns false if an integer is the least of its width, which has no positive counterpart.
 */
bool znn_fixed_add(enum fixed_type type, union fixed_values base, const void *differences, size_t count,
                   union fixed_values values);

#endif

/*
 * fixed_groups.h - splits the integers of a fixed-point cast into byte groups
 *
 * In a row of integers, all magnitudes have at most a certain number of bits.  The top few bits are not equally
 * frequent, so an entropy coder can compress them; they form the first byte group.  The bits below are noise, except
 * for the zeros at the end.  The magnitude is shifted left to fill whole bytes.
 *
 *     magnitude, 20 bits                mmmmm mmmmmmmm mmmmmmm
 *     groups, top of 5 bits, shift 1 000mmmmm mmmmmmmm mmmmmmm0
 *
 * A sign is noise as well, and spoils any group that it is mixed into, so signs get a stream of bits of their own.  But
 * if many integers are 0, which needs no sign, zigzag is smaller: 0, -1, 1, -2, 2 become 0, 1, 2, 3, 4.
 */
#ifndef ZNN_TRANSFORM_FIXED_GROUPS_H
#define ZNN_TRANSFORM_FIXED_GROUPS_H

#include "transform/fixed_point.h"

/* This many elements fit in the fastest cache in all their forms. */
#define FIXED_BLOCK 1024

/* How signs are stored. */
enum fixed_form { FIXED_SIGNS_APART, FIXED_ZIGZAG };

/* The layout of integers. */
struct fixed_shape {
    bool is_wide; /* of64, not of32 */
    enum fixed_form form;
    unsigned groups; /* 1 to 4, or to 8 if is_wide */
    unsigned shift;  /* 0 to 7 */
};

/*
 * Returns the shape for magnitudes of at most `bits` bits, 0 to 31 (wide: 63), in `form`, with `top` bits, 1 to 8, in
 * the first group.  The shape may have more groups than values have bytes; then it is of no use.
 */
struct fixed_shape znn_fixed_shape(bool is_wide, enum fixed_form form, unsigned bits, unsigned top);

/*
 * Writes `count` bytes, at most FIXED_BLOCK, to each of the groups and to `signs`, which gets 1 for each value below 0.
 * The results for exceptions, and for values that are longer than the shape allows, are undefined.
 */
void znn_fixed_split(const struct fixed_shape *shape, union fixed_values values, size_t count, uint8_t *const *groups,
                     uint8_t *signs);

/*
 * The reverse.  Reads `signs` only if they are separate.  Returns false if a magnitude is too large for the values,
 * which are then undefined.
 */
bool znn_fixed_merge(const struct fixed_shape *shape, const uint8_t *const *groups, const uint8_t *signs, size_t count,
                     union fixed_values values);

#endif

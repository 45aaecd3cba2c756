/*
 * fixed_groups.h - the integers of a fixed-point cast as byte groups
 *
 * A row of integers has magnitudes of some number of bits.  The first few of them, by which magnitudes are not equally
 * frequent, make the first byte group, which an entropy coder can use; what is below is noise, but for the zeros at the
 * end.  To be whole bytes, it is shifted left.
 *
 *     magnitude, 20 bits                mmmmm mmmmmmmm mmmmmmm
 *     groups, top of 5 bits, shift 1 000mmmmm mmmmmmmm mmmmmmm0
 *
 * A sign is noise, too, that only spoils what it is mixed with.  It goes to a stream of bits of its own; but where many
 * integers are 0, and have no use for it, zigzag is smaller: 0, -1, 1, -2, 2 become 0, 1, 2, 3, 4.
 */
#ifndef ZNN_TRANSFORM_FIXED_GROUPS_H
#define ZNN_TRANSFORM_FIXED_GROUPS_H

#include "transform/fixed_point.h"

/* So many elements at a time stay in the fastest cache, in all their forms. */
#define FIXED_BLOCK 1024

/* Where signs go. */
enum fixed_form { FIXED_SIGNS_APART, FIXED_ZIGZAG };

/* How integers are laid out. */
struct fixed_shape {
    bool is_wide; /* of64, not of32 */
    enum fixed_form form;
    unsigned groups; /* 1 to 4, of wide ones to 8 */
    unsigned shift;  /* 0 to 7 */
};

/*
 * The shape for magnitudes of at most `bits` bits, 0 to 31 (wide: 63), under `form`, with `top` bits, 1 to 8, in the
 * first group.  It may have more groups than values have bytes, and be of no use then.
 */
struct fixed_shape znn_fixed_shape(bool is_wide, enum fixed_form form, unsigned bits, unsigned top);

/*
 * Writes `count` bytes, at most FIXED_BLOCK, to each of the groups, and to `signs`, 1 for each value below 0.  Values
 * that are longer than the shape says, and exceptions, give anything.
 */
void znn_fixed_split(const struct fixed_shape *shape, union fixed_values values, size_t count, uint8_t *const *groups,
                     uint8_t *signs);

/*
 * The reverse; `signs` are not looked at unless they are apart.  False where a magnitude is too large for the values,
 * which are anything then.
 */
bool znn_fixed_merge(const struct fixed_shape *shape, const uint8_t *const *groups, const uint8_t *signs, size_t count,
                     union fixed_values values);

#endif

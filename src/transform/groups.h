/*
 * groups.h - byte groups
 *
 * The bytes of a trained weight differ: bytes with the exponent carry little information, bytes with the mantissa
 * almost as much as a byte can.  In the order of a file, the mixture looks like noise to a compressor.  So znn splits
 * elements: group 0 gets the most significant byte of each element, group 1 the next, and so on.  Each group then gets
 * the coding that suits it.
 *
 *     elements   a2 a1 a0 | b2 b1 b0 | c2 c1 c0        (written most significant byte first)
 *     groups     a2 b2 c2 | a1 b1 c1 | a0 b0 c0
 *
 * A float has its sign on top, which pushes the last exponent bit into the second byte.  Rotating each element left by
 * one bit moves the exponent to the top.  Other rotations cut elsewhere (see rotation.h).
 */
#ifndef ZNN_TRANSFORM_GROUPS_H
#define ZNN_TRANSFORM_GROUPS_H

#include <stddef.h>
#include <stdint.h>

/* The most bytes of an element, and so the most groups. */
#define GROUPS_MAX 8

/*
 * Rotates `count` little-endian elements of `width` bytes (1, 2, 4 or 8) at `source` left by `rotation` bits (less than
 * 8 * width), and writes byte group g, `count` bytes, to groups[g].  No alignment is needed.  The source and the groups
 * must not overlap.
 */
void znn_groups_split(const uint8_t *source, size_t count, unsigned width, unsigned rotation, uint8_t *const *groups);

/*
 * Finds where a rotation moves the most significant bit of elements of `width` bytes: the group, and the place of the
 * bit in a byte of the group.
 */
static inline void groups_find_sign(unsigned width, unsigned rotation, unsigned *group, unsigned *place)
{
    unsigned bit = (8 * width - 1 + rotation) % (8 * width);
    *group = width - 1 - bit / 8;
    *place = bit % 8;
}

/*
 * The reverse of znn_groups_split(): writes count * width bytes to `target`.
 */
void znn_groups_merge(const uint8_t *const *groups, size_t count, unsigned width, unsigned rotation, uint8_t *target);

#endif

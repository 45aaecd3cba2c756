/*
 * groups.h - byte groups
 *
 * The bytes of a trained weight are not alike: those with the exponent carry little information, those with the
 * mantissa almost as much as they can.  Mixed up as they lie in a file they look like noise to a compressor.  So
 * elements are taken apart: group 0 gets the most significant byte of each, group 1 the next, and so on, and each
 * group is coded by what suits it.
 *
 *     elements   a2 a1 a0 | b2 b1 b0 | c2 c1 c0        (written most significant byte first)
 *     groups     a2 b2 c2 | a1 b1 c1 | a0 b0 c0
 *
 * A float has its sign on top, which pushes the last exponent bit into the second byte.  Rotating each element left
 * by one bit first makes the exponent start at the top; other rotations cut elsewhere (see rotation.h).
 */
#ifndef ZNN_TRANSFORM_GROUPS_H
#define ZNN_TRANSFORM_GROUPS_H

#include <stddef.h>
#include <stdint.h>

/* Elements have at most this many bytes, and so groups. */
#define GROUPS_MAX 8

/*
 * Takes `count` elements of `width` bytes (1, 2, 4 or 8), little-endian, at `source`, rotates each left by `rotation`
 * bits (less than 8 * width) and writes byte group g, `count` bytes, to groups[g].  No alignment is needed; source and
 * groups must not overlap.
 */
void znn_groups_split(const uint8_t *source, size_t count, unsigned width, unsigned rotation, uint8_t *const *groups);

/*
 * Where the most significant bit of elements of `width` bytes comes to lie under a rotation: the group, and the place
 * in its bytes.
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

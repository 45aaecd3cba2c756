/*
 * groups.c - splits elements into byte groups, and merges byte groups into elements
 *
 * Compilers turn these plain C loops into vector code under -O3: one element per iteration, no branch, no aliasing
 * (restrict).  Two macros have an instance for each width, because widths are few and fixed, and compilers would not
 * vectorize a loop over groups inside the loop over elements.
 *
 * For the most important widths there are also kernels, three times as fast, which do all but the last few elements.
 */
#include "transform/groups.h"

#include <string.h>

#include "common/endian.h"
#include "transform/kernels.h"

#define ROTATE_LEFT(bits, x, by) ((uint##bits##_t)((x) << (by) | (x) >> ((bits - (by)) & (bits - 1))))

static void split1(const uint8_t *restrict source, size_t count, unsigned rotation, uint8_t *restrict g0)
{
    if (rotation == 0) {
        memcpy(g0, source, count);
        return;
    }
    for (size_t i = 0; i < count; i++)
        g0[i] = ROTATE_LEFT(8, source[i], rotation);
}

static void split2(const uint8_t *restrict source, size_t count, unsigned rotation, uint8_t *restrict g0,
                   uint8_t *restrict g1)
{
    for (size_t i = 0; i < count; i++) {
        uint16_t x = ROTATE_LEFT(16, load_word16(source + 2 * i), rotation);
        g0[i] = (uint8_t)(x >> 8);
        g1[i] = (uint8_t)x;
    }
}

static void split4(const uint8_t *restrict source, size_t count, unsigned rotation, uint8_t *restrict g0,
                   uint8_t *restrict g1, uint8_t *restrict g2, uint8_t *restrict g3)
{
    for (size_t i = 0; i < count; i++) {
        uint32_t x = ROTATE_LEFT(32, load_word32(source + 4 * i), rotation);
        g0[i] = (uint8_t)(x >> 24);
        g1[i] = (uint8_t)(x >> 16);
        g2[i] = (uint8_t)(x >> 8);
        g3[i] = (uint8_t)x;
    }
}

/* Writes one group at a time, because compilers do not vectorize a loop with eight output streams. */
static void split8(const uint8_t *restrict source, size_t count, unsigned rotation, uint8_t *restrict group,
                   unsigned shift)
{
    for (size_t i = 0; i < count; i++)
        group[i] = (uint8_t)(ROTATE_LEFT(64, load_word64(source + 8 * i), rotation) >> shift);
}

static void split_portably(const uint8_t *source, size_t count, unsigned width, unsigned rotation,
                           uint8_t *const *groups)
{
    switch (width) {
    case 1:
        split1(source, count, rotation, groups[0]);
        break;
    case 2:
        split2(source, count, rotation, groups[0], groups[1]);
        break;
    case 4:
        split4(source, count, rotation, groups[0], groups[1], groups[2], groups[3]);
        break;
    case 8:
        for (unsigned g = 0; g < 8; g++)
            split8(source, count, rotation, groups[g], 56 - 8 * g);
        break;
    }
}

void znn_groups_split(const uint8_t *source, size_t count, unsigned width, unsigned rotation, uint8_t *const *groups)
{
    uint8_t *rest[GROUPS_MAX];
    const struct transform_kernels *kernels = znn_transform_kernels();
    size_t done = kernels->groups_split ? kernels->groups_split(source, count, width, rotation, groups) : 0;
    for (unsigned g = 0; g < width; g++)
        rest[g] = groups[g] + done;
    split_portably(source + done * width, count - done, width, rotation, rest);
}

static void merge2(const uint8_t *restrict g0, const uint8_t *restrict g1, size_t count, unsigned back,
                   uint8_t *restrict target)
{
    for (size_t i = 0; i < count; i++) {
        uint16_t x = (uint16_t)(g0[i] << 8 | g1[i]);
        store_word16(target + 2 * i, ROTATE_LEFT(16, x, back));
    }
}

static void merge4(const uint8_t *restrict g0, const uint8_t *restrict g1, const uint8_t *restrict g2,
                   const uint8_t *restrict g3, size_t count, unsigned back, uint8_t *restrict target)
{
    for (size_t i = 0; i < count; i++) {
        uint32_t x = (uint32_t)g0[i] << 24 | (uint32_t)g1[i] << 16 | (uint32_t)g2[i] << 8 | g3[i];
        store_word32(target + 4 * i, ROTATE_LEFT(32, x, back));
    }
}

static void merge8(const uint8_t *const *groups, size_t count, unsigned back, uint8_t *target)
{
    for (size_t i = 0; i < count; i++) {
        uint64_t x = 0;
        for (unsigned g = 0; g < 8; g++)
            x = x << 8 | groups[g][i];
        store_word64(target + 8 * i, ROTATE_LEFT(64, x, back));
    }
}

static void merge_portably(const uint8_t *const *groups, size_t count, unsigned width, unsigned rotation,
                           uint8_t *target)
{
    unsigned bits = 8 * width;
    unsigned back = (bits - rotation) & (bits - 1); /* a rotation to the right, expressed as one to the left */
    switch (width) {
    case 1:
        split1(groups[0], count, back, target); /* bytes have one group, so merging equals splitting */
        break;
    case 2:
        merge2(groups[0], groups[1], count, back, target);
        break;
    case 4:
        merge4(groups[0], groups[1], groups[2], groups[3], count, back, target);
        break;
    case 8:
        merge8(groups, count, back, target);
        break;
    }
}

void znn_groups_merge(const uint8_t *const *groups, size_t count, unsigned width, unsigned rotation, uint8_t *target)
{
    const uint8_t *rest[GROUPS_MAX];
    const struct transform_kernels *kernels = znn_transform_kernels();
    size_t done = kernels->groups_merge ? kernels->groups_merge(groups, count, width, rotation, target) : 0;
    for (unsigned g = 0; g < width; g++)
        rest[g] = groups[g] + done;
    merge_portably(rest, count - done, width, rotation, target + done * width);
}

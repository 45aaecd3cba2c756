/*
 * fixed_groups_kernel.h - the loops of fixed_groups.h, compiled once for each instruction set
 *
 * As in groups.c, each loop does one thing and has no branch, so compilers turn it into vector code.  The number of
 * groups is a constant after inlining.
 */
#ifndef ZNN_TRANSFORM_FIXED_GROUPS_KERNEL_H
#define ZNN_TRANSFORM_FIXED_GROUPS_KERNEL_H

#include "transform/fixed_groups.h"
#include "transform/fixed_kernel.h"

/* ---------------------------------------------------------------------------------------------------------------- */
/* Up to 32 bits                                                                                                    */
/* ---------------------------------------------------------------------------------------------------------------- */

static ALWAYS_INLINE void fixed_split32_into(unsigned count_of_groups, bool zigzag, unsigned shift,
                                             const int32_t *restrict values, size_t count, uint8_t *restrict g0,
                                             uint8_t *restrict g1, uint8_t *restrict g2, uint8_t *restrict g3,
                                             uint8_t *restrict signs)
{
    const unsigned top = 8 * (count_of_groups - 1);
    for (size_t i = 0; i < count; i++) {
        uint32_t v = (uint32_t)values[i];
        uint32_t sign = v >> 31;
        uint32_t u = (zigzag ? v << 1 ^ (0u - sign) : (v ^ (0u - sign)) + sign) << shift;
        signs[i] = (uint8_t)sign;
        g0[i] = (uint8_t)(u >> top);
        if (count_of_groups > 1)
            g1[i] = (uint8_t)(u >> (top - 8));
        if (count_of_groups > 2)
            g2[i] = (uint8_t)(u >> (top - 16));
        if (count_of_groups > 3)
            g3[i] = (uint8_t)u;
    }
}

static ALWAYS_INLINE void fixed_split32(const struct fixed_shape *shape, const int32_t *values, size_t count,
                                        uint8_t *const *groups, uint8_t *signs)
{
    uint8_t *g[4];
    bool zigzag = shape->form == FIXED_ZIGZAG;
    for (unsigned k = 0; k < 4; k++)
        g[k] = k < shape->groups ? groups[k] : NULL;
    switch (shape->groups) {
    case 1:
        fixed_split32_into(1, zigzag, shape->shift, values, count, g[0], g[1], g[2], g[3], signs);
        break;
    case 2:
        fixed_split32_into(2, zigzag, shape->shift, values, count, g[0], g[1], g[2], g[3], signs);
        break;
    case 3:
        fixed_split32_into(3, zigzag, shape->shift, values, count, g[0], g[1], g[2], g[3], signs);
        break;
    default:
        fixed_split32_into(4, zigzag, shape->shift, values, count, g[0], g[1], g[2], g[3], signs);
        break;
    }
}

/* Returns nonzero bits if a magnitude has too many bits. */
static ALWAYS_INLINE uint32_t fixed_merge32_from(unsigned count_of_groups, bool zigzag, unsigned shift,
                                                 const uint8_t *restrict g0, const uint8_t *restrict g1,
                                                 const uint8_t *restrict g2, const uint8_t *restrict g3,
                                                 const uint8_t *restrict signs, size_t count, int32_t *restrict values)
{
    uint32_t all = 0;
    for (size_t i = 0; i < count; i++) {
        uint32_t u = g0[i];
        if (count_of_groups > 1)
            u = u << 8 | g1[i];
        if (count_of_groups > 2)
            u = u << 8 | g2[i];
        if (count_of_groups > 3)
            u = u << 8 | g3[i];
        u >>= shift;
        uint32_t sign = zigzag ? u & 1 : signs[i];
        all |= zigzag ? 0 : u;
        values[i] = (int32_t)(zigzag ? u >> 1 ^ (0u - sign) : (u ^ (0u - sign)) + sign);
    }
    return all >> 31;
}

static ALWAYS_INLINE bool fixed_merge32(const struct fixed_shape *shape, const uint8_t *const *groups,
                                        const uint8_t *signs, size_t count, int32_t *values)
{
    const uint8_t *g[4];
    bool zigzag = shape->form == FIXED_ZIGZAG;
    for (unsigned k = 0; k < 4; k++)
        g[k] = k < shape->groups ? groups[k] : NULL;
    switch (shape->groups) {
    case 1:
        return !fixed_merge32_from(1, zigzag, shape->shift, g[0], g[1], g[2], g[3], signs, count, values);
    case 2:
        return !fixed_merge32_from(2, zigzag, shape->shift, g[0], g[1], g[2], g[3], signs, count, values);
    case 3:
        return !fixed_merge32_from(3, zigzag, shape->shift, g[0], g[1], g[2], g[3], signs, count, values);
    default:
        return !fixed_merge32_from(4, zigzag, shape->shift, g[0], g[1], g[2], g[3], signs, count, values);
    }
}

/* ---------------------------------------------------------------------------------------------------------------- */
/* 64 bits                                                                                                          */
/* ---------------------------------------------------------------------------------------------------------------- */

/* `count` is at most FIXED_BLOCK. */
static ALWAYS_INLINE void fixed_split64(const struct fixed_shape *shape, const int64_t *values, size_t count,
                                        uint8_t *const *groups, uint8_t *signs)
{
    uint64_t numbers[FIXED_BLOCK];
    bool zigzag = shape->form == FIXED_ZIGZAG;
    for (size_t i = 0; i < count; i++) {
        uint64_t v = (uint64_t)values[i];
        uint64_t sign = v >> 63;
        numbers[i] = (zigzag ? v << 1 ^ (0 - sign) : (v ^ (0 - sign)) + sign) << shape->shift;
        signs[i] = (uint8_t)sign;
    }
    for (unsigned k = 0; k < shape->groups; k++) {
        uint8_t *group = groups[k];
        unsigned down = 8 * (shape->groups - 1 - k);
        for (size_t i = 0; i < count; i++)
            group[i] = (uint8_t)(numbers[i] >> down);
    }
}

static ALWAYS_INLINE bool fixed_merge64(const struct fixed_shape *shape, const uint8_t *const *groups,
                                        const uint8_t *signs, size_t count, int64_t *values)
{
    uint64_t numbers[FIXED_BLOCK] = {0};
    uint64_t all = 0;
    bool zigzag = shape->form == FIXED_ZIGZAG;
    for (unsigned k = 0; k < shape->groups; k++) {
        const uint8_t *group = groups[k];
        for (size_t i = 0; i < count; i++)
            numbers[i] = numbers[i] << 8 | group[i];
    }
    for (size_t i = 0; i < count; i++) {
        uint64_t u = numbers[i] >> shape->shift;
        uint64_t sign = zigzag ? u & 1 : signs[i];
        all |= zigzag ? 0 : u;
        values[i] = (int64_t)(zigzag ? u >> 1 ^ (0 - sign) : (u ^ (0 - sign)) + sign);
    }
    return all >> 63 == 0;
}

static ALWAYS_INLINE void fixed_split(const struct fixed_shape *shape, union fixed_values values, size_t count,
                                      uint8_t *const *groups, uint8_t *signs)
{
    if (shape->is_wide)
        fixed_split64(shape, values.of64, count, groups, signs);
    else
        fixed_split32(shape, values.of32, count, groups, signs);
}

static ALWAYS_INLINE bool fixed_merge(const struct fixed_shape *shape, const uint8_t *const *groups,
                                      const uint8_t *signs, size_t count, union fixed_values values)
{
    return shape->is_wide ? fixed_merge64(shape, groups, signs, count, values.of64)
                          : fixed_merge32(shape, groups, signs, count, values.of32);
}

#endif

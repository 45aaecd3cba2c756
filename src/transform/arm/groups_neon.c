/*
 * groups_neon.c - byte groups, 16 elements at a time
 *
 * NEON loads and stores interleaved bytes in one instruction.  The rotation then works on bytes: whole bytes change
 * their group, and the rest of the rotation moves bits from each byte into its neighbour.
 */
#include "transform/arm/groups_neon.h"

#include "platform/cpu.h"

#if ARM_KERNELS

#    include <arm_neon.h>

#    define STEP 16

/* Returns eight bits of the pair `upper`, `lower`, from `up` bits below the top.  `down` is up - 8. */
static inline uint8x16_t join(uint8x16_t upper, uint8x16_t lower, int8x16_t up, int8x16_t down)
{
    return vorrq_u8(vshlq_u8(upper, up), vshlq_u8(lower, down));
}

static size_t split2(const uint8_t *source, size_t count, unsigned rotation, uint8_t *const *groups)
{
    const int8x16_t up = vdupq_n_s8((int8_t)(rotation % 8)), down = vdupq_n_s8((int8_t)((int)(rotation % 8) - 8));
    uint8_t *high = groups[rotation / 8], *low = groups[1 - rotation / 8]; /* the groups of the two bytes */
    size_t i = 0;
    for (; i + STEP <= count; i += STEP) {
        uint8x16x2_t x = vld2q_u8(source + 2 * i);
        vst1q_u8(high + i, join(x.val[1], x.val[0], up, down));
        vst1q_u8(low + i, join(x.val[0], x.val[1], up, down));
    }
    return i;
}

static size_t split4(const uint8_t *source, size_t count, unsigned rotation, uint8_t *const *groups)
{
    const int8x16_t up = vdupq_n_s8((int8_t)(rotation % 8)), down = vdupq_n_s8((int8_t)((int)(rotation % 8) - 8));
    uint8_t *to[4]; /* to[n]: the group of the byte that is n below the top */
    for (unsigned g = 0; g < 4; g++)
        to[g] = groups[(g + 4 - rotation / 8) % 4];
    size_t i = 0;
    for (; i + STEP <= count; i += STEP) {
        uint8x16x4_t x = vld4q_u8(source + 4 * i);
        vst1q_u8(to[0] + i, join(x.val[3], x.val[2], up, down));
        vst1q_u8(to[1] + i, join(x.val[2], x.val[1], up, down));
        vst1q_u8(to[2] + i, join(x.val[1], x.val[0], up, down));
        vst1q_u8(to[3] + i, join(x.val[0], x.val[3], up, down));
    }
    return i;
}

static size_t merge2(const uint8_t *const *groups, size_t count, unsigned back, uint8_t *target)
{
    const int8x16_t up = vdupq_n_s8((int8_t)(back % 8)), down = vdupq_n_s8((int8_t)((int)(back % 8) - 8));
    const uint8_t *high = groups[back / 8], *low = groups[1 - back / 8];
    size_t i = 0;
    for (; i + STEP <= count; i += STEP) {
        uint8x16_t upper = vld1q_u8(high + i), lower = vld1q_u8(low + i);
        uint8x16x2_t x;
        x.val[1] = join(upper, lower, up, down);
        x.val[0] = join(lower, upper, up, down);
        vst2q_u8(target + 2 * i, x);
    }
    return i;
}

static size_t merge4(const uint8_t *const *groups, size_t count, unsigned back, uint8_t *target)
{
    const int8x16_t up = vdupq_n_s8((int8_t)(back % 8)), down = vdupq_n_s8((int8_t)((int)(back % 8) - 8));
    const uint8_t *from[4];
    for (unsigned g = 0; g < 4; g++)
        from[g] = groups[(g + back / 8) % 4];
    size_t i = 0;
    for (; i + STEP <= count; i += STEP) {
        uint8x16_t g0 = vld1q_u8(from[0] + i), g1 = vld1q_u8(from[1] + i);
        uint8x16_t g2 = vld1q_u8(from[2] + i), g3 = vld1q_u8(from[3] + i);
        uint8x16x4_t x;
        x.val[3] = join(g0, g1, up, down);
        x.val[2] = join(g1, g2, up, down);
        x.val[1] = join(g2, g3, up, down);
        x.val[0] = join(g3, g0, up, down);
        vst4q_u8(target + 4 * i, x);
    }
    return i;
}

size_t znn_groups_split_neon(const uint8_t *source, size_t count, unsigned width, unsigned rotation,
                             uint8_t *const *groups)
{
    return width == 2   ? split2(source, count, rotation, groups)
           : width == 4 ? split4(source, count, rotation, groups)
                        : 0;
}

size_t znn_groups_merge_neon(const uint8_t *const *groups, size_t count, unsigned width, unsigned rotation,
                             uint8_t *target)
{
    unsigned back = (8 * width - rotation) % (8 * width); /* a rotation to the right, expressed as one to the left */
    return width == 2 ? merge2(groups, count, back, target) : width == 4 ? merge4(groups, count, back, target) : 0;
}

#endif

/*
 * fixed_groups.c - splits the integers of a fixed-point cast into byte groups
 */
#include "transform/fixed_groups.h"

#include "transform/fixed_groups_kernel.h"
#include "transform/kernels.h"

struct fixed_shape znn_fixed_shape(bool is_wide, enum fixed_form form, unsigned bits, unsigned top)
{
    bits += form == FIXED_ZIGZAG && bits > 0;
    unsigned below = bits > top ? bits - top : 0, groups = (below + 7) / 8;
    return (struct fixed_shape){.is_wide = is_wide, .form = form, .groups = 1 + groups, .shift = 8 * groups - below};
}

void znn_fixed_split(const struct fixed_shape *shape, union fixed_values values, size_t count, uint8_t *const *groups,
                     uint8_t *signs)
{
    const struct transform_kernels *kernels = znn_transform_kernels();
    if (kernels->fixed_split)
        kernels->fixed_split(shape, values, count, groups, signs);
    else
        fixed_split(shape, values, count, groups, signs);
}

bool znn_fixed_merge(const struct fixed_shape *shape, const uint8_t *const *groups, const uint8_t *signs, size_t count,
                     union fixed_values values)
{
    const struct transform_kernels *kernels = znn_transform_kernels();
    if (kernels->fixed_merge)
        return kernels->fixed_merge(shape, groups, signs, count, values);
    return fixed_merge(shape, groups, signs, count, values);
}

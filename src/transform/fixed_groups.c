/*
 * fixed_groups.c - the integers of a fixed-point cast as byte groups
 */
#include "transform/fixed_groups.h"

#include "platform/cpu.h"
#include "transform/fixed_groups_kernel.h"
#include "transform/x86/fixed_x86.h"

struct fixed_shape znn_fixed_shape(bool is_wide, enum fixed_form form, unsigned bits, unsigned top)
{
    bits += form == FIXED_ZIGZAG && bits > 0;
    unsigned below = bits > top ? bits - top : 0, groups = (below + 7) / 8;
    return (struct fixed_shape){.is_wide = is_wide, .form = form, .groups = 1 + groups, .shift = 8 * groups - below};
}

void znn_fixed_split(const struct fixed_shape *shape, union fixed_values values, size_t count, uint8_t *const *groups,
                     uint8_t *signs)
{
#if X86_KERNELS
    if (znn_cpu_has(CPU_AVX512)) {
        znn_fixed_split_avx512(shape, values, count, groups, signs);
        return;
    }
    if (znn_cpu_has(CPU_AVX2)) {
        znn_fixed_split_avx2(shape, values, count, groups, signs);
        return;
    }
#endif
    fixed_split(shape, values, count, groups, signs);
}

bool znn_fixed_merge(const struct fixed_shape *shape, const uint8_t *const *groups, const uint8_t *signs, size_t count,
                     union fixed_values values)
{
#if X86_KERNELS
    if (znn_cpu_has(CPU_AVX512))
        return znn_fixed_merge_avx512(shape, groups, signs, count, values);
    if (znn_cpu_has(CPU_AVX2))
        return znn_fixed_merge_avx2(shape, groups, signs, count, values);
#endif
    return fixed_merge(shape, groups, signs, count, values);
}

/*
 * fixed_avx512.c - the fixed-point cast with AVX-512
 *
 * The same loops, compiled for a machine that also takes the low bytes of a vector's elements in one step, and converts
 * integers of 64 bits to floats.
 */
#include "transform/x86/fixed_x86.h"

#if X86_KERNELS

#    include "transform/fixed_groups_kernel.h"
#    include "transform/fixed_kernel.h"

#    define AVX512 __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq")))

AVX512 uint64_t znn_fixed_largest_avx512(const struct fixed_point *fixed, const uint8_t *source, size_t count,
                                         size_t *exceptions)
{
    return fixed_largest(fixed, source, count, exceptions);
}

AVX512 struct fixed_result znn_fixed_cast_avx512(const struct fixed_point *fixed, const uint8_t *source, size_t count,
                                                 union fixed_values values, uint8_t *restored)
{
    if (fixed->type != FIXED_F64)
        return znn_fixed_cast_avx2(fixed, source, count, values, restored);
    return fixed_cast(fixed, source, count, values, restored);
}

AVX512 bool znn_fixed_restore_avx512(const struct fixed_point *fixed, union fixed_values values, size_t count,
                                     uint8_t *target)
{
    return fixed_restore(fixed, values, count, target);
}

AVX512 void znn_fixed_split_avx512(const struct fixed_shape *shape, union fixed_values values, size_t count,
                                   uint8_t *const *groups, uint8_t *signs)
{
    fixed_split(shape, values, count, groups, signs);
}

AVX512 bool znn_fixed_merge_avx512(const struct fixed_shape *shape, const uint8_t *const *groups, const uint8_t *signs,
                                   size_t count, union fixed_values values)
{
    return fixed_merge(shape, groups, signs, count, values);
}

#endif

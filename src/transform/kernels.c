/*
 * kernels.c - which kernel of this room runs on which machine
 *
 * A level uses only the kernels of its own row.  AVX-512 has the widest kernels.  A loop also has a kernel for AVX2 if
 * eight lanes pay: the byte groups and the fixed-point cast.  NEON has only the byte groups, because its loads and
 * stores split elements by themselves.  For the other loops, the compiler makes NEON code of the plain C.
 */
#include "transform/kernels.h"

#include "platform/cpu.h"
#include "transform/arm/groups_neon.h"
#include "transform/x86/bits_bmi2.h"
#include "transform/x86/delta_avx512.h"
#include "transform/x86/fixed_block_x86.h"
#include "transform/x86/fixed_x86.h"
#include "transform/x86/groups_x86.h"
#include "transform/x86/partition_avx512.h"

static const struct transform_kernels by_level[CPU_LEVELS] = {
#if X86_KERNELS
    [CPU_AVX512] =
        {
            .groups_split = znn_groups_split_avx512,
            .groups_merge = znn_groups_merge_avx512,
            .bits_pack = znn_bits_pack_bmi2,
            .bits_unpack = znn_bits_unpack_bmi2,
            .delta_contexts = znn_delta_contexts_avx512,
            .delta_widen = znn_delta_widen_avx512,
            .delta_values = znn_delta_values_avx512,
            .partition_count = znn_partition_count_avx512,
            .partition_scatter = znn_partition_scatter_avx512,
            .partition_gather = znn_partition_gather_avx512,
            .partition_gather_delta = znn_partition_gather_delta_avx512,
            .fixed_largest = znn_fixed_largest_avx512,
            .fixed_cast = znn_fixed_cast_avx512,
            .fixed_restore = znn_fixed_restore_avx512,
            .fixed_split = znn_fixed_split_avx512,
            .fixed_merge = znn_fixed_merge_avx512,
            .fixed_encode_block = znn_fixed_encode_block_avx512,
            .fixed_decode_block = znn_fixed_decode_block_avx512,
        },
    [CPU_AVX2] =
        {
            .groups_split = znn_groups_split_avx2,
            .groups_merge = znn_groups_merge_avx2,
            .fixed_largest = znn_fixed_largest_avx2,
            .fixed_cast = znn_fixed_cast_avx2,
            .fixed_restore = znn_fixed_restore_avx2,
            .fixed_split = znn_fixed_split_avx2,
            .fixed_merge = znn_fixed_merge_avx2,
        },
#elif ARM_KERNELS
    [CPU_NEON] =
        {
            .groups_split = znn_groups_split_neon,
            .groups_merge = znn_groups_merge_neon,
        },
#endif
    [CPU_PORTABLE] = {.groups_split = NULL},
};

const struct transform_kernels *znn_transform_kernels(void)
{
    return &by_level[znn_cpu_level()];
}

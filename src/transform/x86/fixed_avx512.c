/*
 * fixed_avx512.c - the fixed-point cast with AVX-512
 *
 * The same loops, compiled for a machine that also extracts the low bytes of a vector's elements in one step, and
 * converts 64-bit integers to floats.
 */
#include "transform/x86/fixed_x86.h"

#include "platform/cpu.h"

#if X86_KERNELS

#    include "transform/fixed_groups_kernel.h"
#    include "transform/fixed_kernel.h"
#    include "transform/x86/fixed_lanes_avx512.h"

#    define AVX512 LANES512

AVX512 uint64_t znn_fixed_largest_avx512(const struct fixed_point *fixed, const uint8_t *source, size_t count,
                                         size_t *exceptions)
{
    return fixed_largest(fixed, source, count, exceptions);
}

AVX512 static ALWAYS_INLINE size_t cast_vectors(enum fixed_type type, bool floor, const struct fixed_point *fixed,
                                                const uint8_t *source, size_t count, int32_t *values, uint8_t *restored,
                                                struct fixed_result *result)
{
    const unsigned width = type == FIXED_F32 ? 4 : 2;
    const struct fixed_lanes lanes = fixed_lanes(fixed);
    const __m512i none = _mm512_set1_epi32(FIXED_EXCEPTION32);
    __m512i all = _mm512_setzero_si512();
    size_t i = 0;
    for (; i + 16 <= count; i += 16) {
        __m512 numbers;
        __m512i words = fixed_lanes_load(type, source + width * i);
        __mmask16 exceptions = fixed_lanes_find(&lanes, words);
        words = _mm512_maskz_mov_epi32((__mmask16)~exceptions, words);
        __m512i v = fixed_lanes_cast(floor, &lanes, words, &numbers);
        all = _mm512_or_si512(all, _mm512_abs_epi32(v));
        _mm512_storeu_si512(values + i, _mm512_mask_mov_epi32(v, exceptions, none));
        fixed_lanes_store(type, numbers, restored + width * i);
        if (exceptions)
            fixed_lanes_keep(type, exceptions, source + width * i, restored + width * i);
        for (unsigned left = exceptions; left; left &= left - 1)
            result->exceptions++;
    }
    result->magnitudes |= (uint32_t)_mm512_reduce_or_epi32(all);
    return i;
}

/* Casts whole vectors with vector instructions, and the rest with the common loop. */
AVX512 struct fixed_result znn_fixed_cast_avx512(const struct fixed_point *fixed, const uint8_t *source, size_t count,
                                                 union fixed_values values, uint8_t *restored)
{
    struct fixed_result most = {0, 0};
    const enum fixed_type type = fixed->type;
    int32_t *narrow = values.of32;
    size_t done;
    if (type == FIXED_F64)
        return fixed_cast(fixed, source, count, values, restored);
    if (type == FIXED_F32)
        done = fixed->floor ? cast_vectors(FIXED_F32, true, fixed, source, count, narrow, restored, &most)
                            : cast_vectors(FIXED_F32, false, fixed, source, count, narrow, restored, &most);
    else if (type == FIXED_F16)
        done = fixed->floor ? cast_vectors(FIXED_F16, true, fixed, source, count, narrow, restored, &most)
                            : cast_vectors(FIXED_F16, false, fixed, source, count, narrow, restored, &most);
    else
        done = fixed->floor ? cast_vectors(FIXED_BF16, true, fixed, source, count, narrow, restored, &most)
                            : cast_vectors(FIXED_BF16, false, fixed, source, count, narrow, restored, &most);
    size_t offset = done * znn_fixed_width(type);
    struct fixed_result rest = fixed_cast(fixed, source + offset, count - done,
                                          (union fixed_values){.of32 = narrow + done}, restored + offset);
    return (struct fixed_result){most.magnitudes | rest.magnitudes, most.exceptions + rest.exceptions};
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

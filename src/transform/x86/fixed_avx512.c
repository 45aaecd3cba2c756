/*
 * fixed_avx512.c - the fixed-point cast with AVX-512
 *
 * The same loops, compiled for a machine that also takes the low bytes of a vector's elements in one step, and converts
 * integers of 64 bits to floats.
 */
#include "transform/x86/fixed_x86.h"

#if X86_KERNELS

#    include <immintrin.h>

#    include "transform/fixed_groups_kernel.h"
#    include "transform/fixed_kernel.h"

#    define AVX512 __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq")))

AVX512 uint64_t znn_fixed_largest_avx512(const struct fixed_point *fixed, const uint8_t *source, size_t count,
                                         size_t *exceptions)
{
    return fixed_largest(fixed, source, count, exceptions);
}

/* As in fixed_avx2.c, with masks for exceptions. */
AVX512 static inline size_t cast_vectors(bool floor, const struct fixed_point *fixed, const uint8_t *source,
                                         size_t count, int32_t *values, uint8_t *restored, struct fixed_result *result)
{
    const uint32_t too_large = (127 + 31 - fixed->bits) << 23;
    const __m512 up = _mm512_set1_ps((float)(UINT32_C(1) << fixed->bits));
    const __m512 down = _mm512_set1_ps(fixed_scale32(fixed->bits));
    const __m512i magnitude_bits = _mm512_set1_epi32(INT32_MAX), none = _mm512_set1_epi32(FIXED_EXCEPTION32);
    const __m512i last = _mm512_set1_epi32((int)((too_large < 0x7f800000 ? too_large : 0x7f800000) - 1));
    const __m512i zero = fixed->exact_zero ? none : _mm512_set1_epi32(-1); /* the latter is an exception anyway */
    const __m512i normal = _mm512_set1_epi32(0x00800000);
    __m512i all = _mm512_setzero_si512();
    size_t i = 0;
    for (; i + 16 <= count; i += 16) {
        __m512i words = _mm512_loadu_si512(source + 4 * i);
        __m512i magnitude = _mm512_and_si512(words, magnitude_bits);
        __mmask16 is_exception = _mm512_cmpgt_epi32_mask(magnitude, last) | _mm512_cmpeq_epi32_mask(words, zero);
        __m512i kept = _mm512_maskz_mov_epi32((__mmask16)~is_exception, words);
        if (floor) {
            __mmask16 is_tiny =
                _mm512_cmpgt_epi32_mask(normal, magnitude) & _mm512_test_epi32_mask(magnitude, magnitude);
            kept = _mm512_mask_or_epi32(kept, is_tiny & (__mmask16)~is_exception, kept, normal);
        }
        __m512 scaled = _mm512_mul_ps(_mm512_castsi512_ps(kept), up);
        __m512 rounded = floor ? _mm512_roundscale_ps(scaled, _MM_FROUND_TO_NEG_INF | _MM_FROUND_NO_EXC)
                               : _mm512_roundscale_ps(scaled, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
        __m512i v = _mm512_cvttps_epi32(rounded);
        all = _mm512_or_si512(all, _mm512_abs_epi32(v));
        __m512i element = _mm512_castps_si512(_mm512_mul_ps(_mm512_cvtepi32_ps(v), down));
        _mm512_storeu_si512(values + i, _mm512_mask_mov_epi32(v, is_exception, none));
        _mm512_storeu_si512(restored + 4 * i, _mm512_mask_mov_epi32(element, is_exception, words));
        for (unsigned left = is_exception; left; left &= left - 1)
            result->exceptions++;
    }
    result->magnitudes |= (uint32_t)_mm512_reduce_or_epi32(all);
    return i;
}

AVX512 struct fixed_result znn_fixed_cast_avx512(const struct fixed_point *fixed, const uint8_t *source, size_t count,
                                                 union fixed_values values, uint8_t *restored)
{
    struct fixed_result most = {0, 0};
    if (fixed->type == FIXED_F64)
        return fixed_cast(fixed, source, count, values, restored);
    if (fixed->type != FIXED_F32)
        return znn_fixed_cast_avx2(fixed, source, count, values, restored);
    size_t done = fixed->floor ? cast_vectors(true, fixed, source, count, values.of32, restored, &most)
                               : cast_vectors(false, fixed, source, count, values.of32, restored, &most);
    struct fixed_result rest = fixed_cast(fixed, source + 4 * done, count - done,
                                          (union fixed_values){.of32 = values.of32 + done}, restored + 4 * done);
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

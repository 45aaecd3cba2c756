/*
 * fixed_avx2.c - the fixed-point cast with AVX2
 *
 * Mostly the same loops, compiled for a machine that shifts each element of a vector by its own amount.  For types up
 * to F32, the cast uses the machine's own rounding, which takes a third of the time.
 */
#include "transform/x86/fixed_x86.h"

#include "platform/cpu.h"

#if X86_KERNELS

#    include <immintrin.h>

#    include "transform/fixed_groups_kernel.h"
#    include "transform/fixed_kernel.h"

#    define AVX2 __attribute__((target("avx2,f16c")))

AVX2 uint64_t znn_fixed_largest_avx2(const struct fixed_point *fixed, const uint8_t *source, size_t count,
                                     size_t *exceptions)
{
    return fixed_largest(fixed, source, count, exceptions);
}

/* Loads eight elements as F32.  Every F16 and BF16 is also an F32. */
AVX2 static inline __m256i load8(enum fixed_type type, const uint8_t *source)
{
    if (type == FIXED_F32)
        return _mm256_loadu_si256((const void *)source);
    __m128i short_words = _mm_loadu_si128((const void *)source);
    if (type == FIXED_F16)
        return _mm256_castps_si256(_mm256_cvtph_ps(short_words));
    return _mm256_slli_epi32(_mm256_cvtepu16_epi32(short_words), 16);
}

/* Returns the low halves of eight words, in order. */
AVX2 static inline __m128i low_halves(__m256i words)
{
    __m256i packed = _mm256_packus_epi32(words, words);
    return _mm256_castsi256_si128(_mm256_permute4x64_epi64(packed, 0x08));
}

/* Stores eight F32 in their type.  Exceptions stay as they are in `source`. */
AVX2 static inline void store8(enum fixed_type type, __m256 numbers, __m256i exceptions, const uint8_t *source,
                               uint8_t *target)
{
    if (type == FIXED_F32) {
        __m256i old = _mm256_loadu_si256((const void *)source);
        _mm256_storeu_si256((void *)target, _mm256_blendv_epi8(_mm256_castps_si256(numbers), old, exceptions));
        return;
    }
    __m128i words = type == FIXED_F16 ? _mm256_cvtps_ph(numbers, _MM_FROUND_TO_ZERO)
                                      : low_halves(_mm256_srli_epi32(_mm256_castps_si256(numbers), 16));
    __m128i keep = _mm_packs_epi32(_mm256_castsi256_si128(exceptions), _mm256_extracti128_si256(exceptions, 1));
    __m128i old = _mm_loadu_si128((const void *)source);
    _mm_storeu_si128((void *)target, _mm_blendv_epi8(words, old, keep));
}

/*
 * x * 2^B is exact unless it is far below 1/2.  The rounding instruction states its own rounding, regardless of the
 * rounding mode, and everything after it is exact again.  Flushing subnormal numbers to zero would matter only when
 * rounding down.  So these numbers get the bit that makes them normal; they are still tiny.
 */
AVX2 static inline size_t cast_vectors(enum fixed_type type, bool floor, const struct fixed_point *fixed,
                                       const uint8_t *source, size_t count, int32_t *values, uint8_t *restored,
                                       struct fixed_result *result)
{
    const unsigned width = type == FIXED_F32 ? 4 : 2;
    const uint32_t too_large = (127 + fixed_length32(fixed) - fixed->bits) << 23;
    const __m256 up = _mm256_set1_ps((float)(UINT32_C(1) << fixed->bits)),
                 down = _mm256_set1_ps(fixed_scale32(fixed->bits));
    const __m256i magnitude_bits = _mm256_set1_epi32(INT32_MAX), none = _mm256_set1_epi32(FIXED_EXCEPTION32);
    const __m256i last = _mm256_set1_epi32((int)((too_large < 0x7f800000 ? too_large : 0x7f800000) - 1));
    const __m256i zero = fixed->exact_zero ? none : _mm256_set1_epi32(-1); /* -1 is an exception anyway */
    const __m256i normal = _mm256_set1_epi32(0x00800000);
    __m256i all = _mm256_setzero_si256(), exceptions = _mm256_setzero_si256();
    size_t i = 0;
    for (; i + 8 <= count; i += 8) {
        __m256i words = load8(type, source + width * i);
        __m256i magnitude = _mm256_and_si256(words, magnitude_bits);
        __m256i is_exception = _mm256_or_si256(_mm256_cmpgt_epi32(magnitude, last), _mm256_cmpeq_epi32(words, zero));
        if (floor) {
            __m256i is_tiny = _mm256_and_si256(_mm256_cmpgt_epi32(normal, magnitude),
                                               _mm256_cmpgt_epi32(magnitude, _mm256_setzero_si256()));
            words = _mm256_or_si256(words, _mm256_and_si256(is_tiny, normal));
        }
        words = _mm256_andnot_si256(is_exception, words);
        __m256 scaled = _mm256_mul_ps(_mm256_castsi256_ps(words), up);
        __m256 rounded = floor ? _mm256_round_ps(scaled, _MM_FROUND_TO_NEG_INF | _MM_FROUND_NO_EXC)
                               : _mm256_round_ps(scaled, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
        __m256i v = _mm256_cvttps_epi32(rounded);
        all = _mm256_or_si256(all, _mm256_abs_epi32(v));
        exceptions = _mm256_sub_epi32(exceptions, is_exception);
        _mm256_storeu_si256((void *)(values + i), _mm256_blendv_epi8(v, none, is_exception));
        store8(type, _mm256_mul_ps(_mm256_cvtepi32_ps(v), down), is_exception, source + width * i,
               restored + width * i);
    }
    uint32_t alls[8], counts[8];
    _mm256_storeu_si256((void *)alls, all);
    _mm256_storeu_si256((void *)counts, exceptions);
    for (unsigned k = 0; k < 8; k++) {
        result->magnitudes |= alls[k];
        result->exceptions += counts[k];
    }
    return i;
}

AVX2 static size_t cast_most(const struct fixed_point *fixed, const uint8_t *source, size_t count, int32_t *values,
                             uint8_t *restored, struct fixed_result *result)
{
    if (fixed->floor)
        return fixed->type == FIXED_F16 ? cast_vectors(FIXED_F16, true, fixed, source, count, values, restored, result)
               : fixed->type == FIXED_BF16
                   ? cast_vectors(FIXED_BF16, true, fixed, source, count, values, restored, result)
                   : cast_vectors(FIXED_F32, true, fixed, source, count, values, restored, result);
    return fixed->type == FIXED_F16    ? cast_vectors(FIXED_F16, false, fixed, source, count, values, restored, result)
           : fixed->type == FIXED_BF16 ? cast_vectors(FIXED_BF16, false, fixed, source, count, values, restored, result)
                                       : cast_vectors(FIXED_F32, false, fixed, source, count, values, restored, result);
}

/* Casts whole vectors with vector instructions, and the rest with the common loop. */
AVX2 struct fixed_result znn_fixed_cast_avx2(const struct fixed_point *fixed, const uint8_t *source, size_t count,
                                             union fixed_values values, uint8_t *restored)
{
    struct fixed_result most = {0, 0};
    if (fixed->type == FIXED_F64)
        return fixed_cast(fixed, source, count, values, restored);
    size_t done = cast_most(fixed, source, count, values.of32, restored, &most);
    size_t offset = done * znn_fixed_width(fixed->type);
    struct fixed_result rest = fixed_cast(fixed, source + offset, count - done,
                                          (union fixed_values){.of32 = values.of32 + done}, restored + offset);
    return (struct fixed_result){most.magnitudes | rest.magnitudes, most.exceptions + rest.exceptions};
}

AVX2 bool znn_fixed_restore_avx2(const struct fixed_point *fixed, union fixed_values values, size_t count,
                                 uint8_t *target)
{
    return fixed_restore(fixed, values, count, target);
}

AVX2 void znn_fixed_split_avx2(const struct fixed_shape *shape, union fixed_values values, size_t count,
                               uint8_t *const *groups, uint8_t *signs)
{
    fixed_split(shape, values, count, groups, signs);
}

AVX2 bool znn_fixed_merge_avx2(const struct fixed_shape *shape, const uint8_t *const *groups, const uint8_t *signs,
                               size_t count, union fixed_values values)
{
    return fixed_merge(shape, groups, signs, count, values);
}

#endif

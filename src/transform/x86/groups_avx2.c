/*
 * groups_avx2.c - byte groups, 32 elements at a time
 *
 * Most AVX2 instructions work separately on the two halves of a register.  So the results come out in a mixed order,
 * which one more instruction corrects.
 */
#include "platform/cpu.h"
#include "transform/x86/groups_x86.h"

#if X86_KERNELS

#    include <immintrin.h>

#    define AVX2 __attribute__((target("avx2")))
#    define STEP 32

AVX2 static inline __m256i load(const uint8_t *p)
{
    return _mm256_loadu_si256((const __m256i *)(const void *)p);
}

AVX2 static inline void store(uint8_t *p, __m256i x)
{
    _mm256_storeu_si256((__m256i *)(void *)p, x);
}

AVX2 static inline __m256i rotate16(__m256i x, __m128i left, __m128i right)
{
    return _mm256_or_si256(_mm256_sll_epi16(x, left), _mm256_srl_epi16(x, right));
}

AVX2 static inline __m256i rotate32(__m256i x, __m128i left, __m128i right)
{
    return _mm256_or_si256(_mm256_sll_epi32(x, left), _mm256_srl_epi32(x, right));
}

AVX2 static size_t split2(const uint8_t *source, size_t count, unsigned rotation, uint8_t *const *groups)
{
    const __m128i left = _mm_cvtsi32_si128((int)rotation), right = _mm_cvtsi32_si128((int)(16 - rotation));
    const __m256i low = _mm256_set1_epi16(0xff);
    size_t i = 0;
    for (; i + STEP <= count; i += STEP) {
        __m256i a = rotate16(load(source + 2 * i), left, right);
        __m256i b = rotate16(load(source + 2 * i + 32), left, right);
        __m256i upper = _mm256_packus_epi16(_mm256_srli_epi16(a, 8), _mm256_srli_epi16(b, 8));
        __m256i lower = _mm256_packus_epi16(_mm256_and_si256(a, low), _mm256_and_si256(b, low));
        store(groups[0] + i, _mm256_permute4x64_epi64(upper, 0xd8));
        store(groups[1] + i, _mm256_permute4x64_epi64(lower, 0xd8));
    }
    return i;
}

/* In each half, four elements become four bytes of group 0, four of group 1 and so on.  Doing it twice undoes it. */
AVX2 static inline __m256i transpose4(__m256i x)
{
    const __m256i places = _mm256_setr_epi8(3, 7, 11, 15, 2, 6, 10, 14, 1, 5, 9, 13, 0, 4, 8, 12, 3, 7, 11, 15, 2, 6,
                                            10, 14, 1, 5, 9, 13, 0, 4, 8, 12);
    return _mm256_shuffle_epi8(x, places);
}

AVX2 static inline __m256i untranspose4(__m256i x)
{
    const __m256i places = _mm256_setr_epi8(12, 8, 4, 0, 13, 9, 5, 1, 14, 10, 6, 2, 15, 11, 7, 3, 12, 8, 4, 0, 13, 9, 5,
                                            1, 14, 10, 6, 2, 15, 11, 7, 3);
    return _mm256_shuffle_epi8(x, places);
}

AVX2 static size_t split4(const uint8_t *source, size_t count, unsigned rotation, uint8_t *const *groups)
{
    const __m128i left = _mm_cvtsi32_si128((int)rotation), right = _mm_cvtsi32_si128((int)(32 - rotation));
    const __m256i order = _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7);
    size_t i = 0;
    for (; i + STEP <= count; i += STEP) {
        __m256i a = transpose4(rotate32(load(source + 4 * i), left, right));
        __m256i b = transpose4(rotate32(load(source + 4 * i + 32), left, right));
        __m256i c = transpose4(rotate32(load(source + 4 * i + 64), left, right));
        __m256i d = transpose4(rotate32(load(source + 4 * i + 96), left, right));
        __m256i ab01 = _mm256_unpacklo_epi32(a, b), ab23 = _mm256_unpackhi_epi32(a, b);
        __m256i cd01 = _mm256_unpacklo_epi32(c, d), cd23 = _mm256_unpackhi_epi32(c, d);
        store(groups[0] + i, _mm256_permutevar8x32_epi32(_mm256_unpacklo_epi64(ab01, cd01), order));
        store(groups[1] + i, _mm256_permutevar8x32_epi32(_mm256_unpackhi_epi64(ab01, cd01), order));
        store(groups[2] + i, _mm256_permutevar8x32_epi32(_mm256_unpacklo_epi64(ab23, cd23), order));
        store(groups[3] + i, _mm256_permutevar8x32_epi32(_mm256_unpackhi_epi64(ab23, cd23), order));
    }
    return i;
}

AVX2 static size_t merge2(const uint8_t *const *groups, size_t count, unsigned rotation, uint8_t *target)
{
    const __m128i left = _mm_cvtsi32_si128((int)(16 - rotation)), right = _mm_cvtsi32_si128((int)rotation);
    size_t i = 0;
    for (; i + STEP <= count; i += STEP) {
        __m256i upper = _mm256_permute4x64_epi64(load(groups[0] + i), 0xd8);
        __m256i lower = _mm256_permute4x64_epi64(load(groups[1] + i), 0xd8);
        store(target + 2 * i, rotate16(_mm256_unpacklo_epi8(lower, upper), left, right));
        store(target + 2 * i + 32, rotate16(_mm256_unpackhi_epi8(lower, upper), left, right));
    }
    return i;
}

AVX2 static size_t merge4(const uint8_t *const *groups, size_t count, unsigned rotation, uint8_t *target)
{
    const __m128i left = _mm_cvtsi32_si128((int)(32 - rotation)), right = _mm_cvtsi32_si128((int)rotation);
    const __m256i order = _mm256_setr_epi32(0, 2, 4, 6, 1, 3, 5, 7);
    size_t i = 0;
    for (; i + STEP <= count; i += STEP) {
        __m256i g0 = _mm256_permutevar8x32_epi32(load(groups[0] + i), order);
        __m256i g1 = _mm256_permutevar8x32_epi32(load(groups[1] + i), order);
        __m256i g2 = _mm256_permutevar8x32_epi32(load(groups[2] + i), order);
        __m256i g3 = _mm256_permutevar8x32_epi32(load(groups[3] + i), order);
        __m256i ab01 = _mm256_unpacklo_epi32(g0, g1), cd01 = _mm256_unpackhi_epi32(g0, g1);
        __m256i ab23 = _mm256_unpacklo_epi32(g2, g3), cd23 = _mm256_unpackhi_epi32(g2, g3);
        store(target + 4 * i, rotate32(untranspose4(_mm256_unpacklo_epi64(ab01, ab23)), left, right));
        store(target + 4 * i + 32, rotate32(untranspose4(_mm256_unpackhi_epi64(ab01, ab23)), left, right));
        store(target + 4 * i + 64, rotate32(untranspose4(_mm256_unpacklo_epi64(cd01, cd23)), left, right));
        store(target + 4 * i + 96, rotate32(untranspose4(_mm256_unpackhi_epi64(cd01, cd23)), left, right));
    }
    return i;
}

size_t znn_groups_split_avx2(const uint8_t *source, size_t count, unsigned width, unsigned rotation,
                             uint8_t *const *groups)
{
    return width == 2   ? split2(source, count, rotation, groups)
           : width == 4 ? split4(source, count, rotation, groups)
                        : 0;
}

size_t znn_groups_merge_avx2(const uint8_t *const *groups, size_t count, unsigned width, unsigned rotation,
                             uint8_t *target)
{
    return width == 2   ? merge2(groups, count, rotation, target)
           : width == 4 ? merge4(groups, count, rotation, target)
                        : 0;
}

#endif

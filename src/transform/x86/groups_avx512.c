/*
 * groups_avx512.c - byte groups, 64 elements at a time
 *
 * VPERMI2B picks any 64 of the 128 bytes in two registers.  So splitting and merging take one or two such instructions
 * for each register of output.  Each call makes the lists of places once, from their rule.
 */
#include "platform/cpu.h"
#include "transform/x86/groups_x86.h"

#if X86_KERNELS

#    include <immintrin.h>

#    define AVX512 __attribute__((target("avx512f,avx512bw,avx512vl,avx512vbmi")))
#    define STEP 64

/* Rotates 16-bit elements, because the rotation instruction exists only for wider ones. */
AVX512 static inline __m512i rotate16(__m512i x, __m128i left, __m128i right)
{
    return _mm512_or_si512(_mm512_sll_epi16(x, left), _mm512_srl_epi16(x, right));
}

AVX512 static size_t split2(const uint8_t *source, size_t count, unsigned rotation, uint8_t *const *groups)
{
    const __m128i left = _mm_cvtsi32_si128((int)rotation), right = _mm_cvtsi32_si128((int)(16 - rotation));
    uint8_t places[64];
    for (unsigned i = 0; i < 64; i++)
        places[i] = (uint8_t)(2 * i);
    const __m512i low = _mm512_loadu_si512(places), high = _mm512_add_epi8(low, _mm512_set1_epi8(1));
    size_t i = 0;
    for (; i + STEP <= count; i += STEP) {
        __m512i a = rotate16(_mm512_loadu_si512(source + 2 * i), left, right);
        __m512i b = rotate16(_mm512_loadu_si512(source + 2 * i + 64), left, right);
        _mm512_storeu_si512(groups[0] + i, _mm512_permutex2var_epi8(a, high, b));
        _mm512_storeu_si512(groups[1] + i, _mm512_permutex2var_epi8(a, low, b));
    }
    return i;
}

/*
 * The first half of each result is one group of the 32 elements in `a` and `b`, the second half another.
 */
AVX512 static inline void put_halves(uint8_t *first, uint8_t *second, __m512i halves)
{
    _mm256_storeu_si256((__m256i *)(void *)first, _mm512_castsi512_si256(halves));
    _mm256_storeu_si256((__m256i *)(void *)second, _mm512_extracti64x4_epi64(halves, 1));
}

AVX512 static size_t split4(const uint8_t *source, size_t count, unsigned rotation, uint8_t *const *groups)
{
    const __m512i left = _mm512_set1_epi32((int)rotation);
    uint8_t places[64];
    for (unsigned i = 0; i < 64; i++)
        places[i] = (uint8_t)(4 * (i % 32) + 3 - i / 32); /* the top bytes of 32 elements, then the bytes below */
    const __m512i upper = _mm512_loadu_si512(places), lower = _mm512_sub_epi8(upper, _mm512_set1_epi8(2));
    size_t i = 0;
    for (; i + STEP <= count; i += STEP) {
        for (size_t k = i; k < i + STEP; k += 32) {
            __m512i a = _mm512_rolv_epi32(_mm512_loadu_si512(source + 4 * k), left);
            __m512i b = _mm512_rolv_epi32(_mm512_loadu_si512(source + 4 * k + 64), left);
            put_halves(groups[0] + k, groups[1] + k, _mm512_permutex2var_epi8(a, upper, b));
            put_halves(groups[2] + k, groups[3] + k, _mm512_permutex2var_epi8(a, lower, b));
        }
    }
    return i;
}

/*
 * Makes the places that interleave the bytes of two registers, starting with the second, for each half of the result.
 */
AVX512 static inline void load_turns(__m512i halves[2])
{
    uint8_t places[64];
    for (unsigned i = 0; i < 64; i++)
        places[i] = (uint8_t)(i / 2 + (i % 2 ? 0 : 64));
    halves[0] = _mm512_loadu_si512(places);
    halves[1] = _mm512_add_epi8(halves[0], _mm512_set1_epi8(32));
}

AVX512 static size_t merge2(const uint8_t *const *groups, size_t count, unsigned rotation, uint8_t *target)
{
    const __m128i left = _mm_cvtsi32_si128((int)(16 - rotation)), right = _mm_cvtsi32_si128((int)rotation);
    __m512i turns[2];
    load_turns(turns);
    size_t i = 0;
    for (; i + STEP <= count; i += STEP) {
        __m512i high = _mm512_loadu_si512(groups[0] + i), low = _mm512_loadu_si512(groups[1] + i);
        for (size_t half = 0; half < 2; half++)
            _mm512_storeu_si512(target + 2 * i + 64 * half,
                                rotate16(_mm512_permutex2var_epi8(high, turns[half], low), left, right));
    }
    return i;
}

AVX512 static size_t merge4(const uint8_t *const *groups, size_t count, unsigned rotation, uint8_t *target)
{
    const __m512i right = _mm512_set1_epi32((int)rotation);
    __m512i turns[2], pairs[2];
    uint16_t places[32];
    load_turns(turns);
    for (unsigned i = 0; i < 32; i++)
        places[i] = (uint16_t)(i / 2 + (i % 2 ? 0 : 32));
    pairs[0] = _mm512_loadu_si512(places);
    pairs[1] = _mm512_add_epi16(pairs[0], _mm512_set1_epi16(16));
    size_t i = 0;
    for (; i + STEP <= count; i += STEP) {
        __m512i g0 = _mm512_loadu_si512(groups[0] + i), g1 = _mm512_loadu_si512(groups[1] + i);
        __m512i g2 = _mm512_loadu_si512(groups[2] + i), g3 = _mm512_loadu_si512(groups[3] + i);
        for (size_t half = 0; half < 2; half++) {
            __m512i upper = _mm512_permutex2var_epi8(g0, turns[half], g1);
            __m512i lower = _mm512_permutex2var_epi8(g2, turns[half], g3);
            for (size_t quarter = 0; quarter < 2; quarter++)
                _mm512_storeu_si512(target + 4 * i + 128 * half + 64 * quarter,
                                    _mm512_rorv_epi32(_mm512_permutex2var_epi16(upper, pairs[quarter], lower), right));
        }
    }
    return i;
}

size_t znn_groups_split_avx512(const uint8_t *source, size_t count, unsigned width, unsigned rotation,
                               uint8_t *const *groups)
{
    return width == 2   ? split2(source, count, rotation, groups)
           : width == 4 ? split4(source, count, rotation, groups)
                        : 0;
}

size_t znn_groups_merge_avx512(const uint8_t *const *groups, size_t count, unsigned width, unsigned rotation,
                               uint8_t *target)
{
    return width == 2   ? merge2(groups, count, rotation, target)
           : width == 4 ? merge4(groups, count, rotation, target)
                        : 0;
}

#endif

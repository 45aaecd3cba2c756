/*
 * delta_avx512.c - makes contexts from numbers, and values from tokens and low bits, a vector at a time
 */
#include "transform/x86/delta_avx512.h"

#include "platform/cpu.h"

#if X86_KERNELS

#    include <immintrin.h>

#    define AVX512 __attribute__((target("avx512f,avx512bw,avx512vbmi")))

/* Where the low bits of a vector of values are. */
struct low_plan {
    __m512i bytes;  /* for each byte of the vector, the byte of the low bits that it needs */
    __m512i places; /* for each byte of the vector, the first bit that it takes */
};

AVX512 static struct low_plan make_plan(unsigned width, unsigned shift, unsigned start)
{
    uint8_t bytes[64], places[64];
    unsigned each = 8 / width; /* values in 64 bits */
    for (unsigned i = 0; i < 64; i++) {
        unsigned lane = start + i / 8 * each * shift; /* the bit at which these 64 bits start */
        unsigned value = i % 8 / width;
        bytes[i] = (uint8_t)((lane / 8 + i % 8) & 63);
        places[i] = (uint8_t)((lane % 8 + value * shift + 8 * (i % width)) & 63);
    }
    return (struct low_plan){_mm512_loadu_si512(bytes), _mm512_loadu_si512(places)};
}

AVX512 static inline __m512i take_low(const struct low_plan *plan, const uint8_t *low)
{
    return _mm512_multishift_epi64_epi8(plan->places, _mm512_permutexvar_epi8(plan->bytes, _mm512_loadu_si512(low)));
}

AVX512 static size_t contexts16(const uint8_t *base, size_t count, __m128i by, uint8_t *contexts)
{
    size_t i = 0;
    for (; i + 32 <= count; i += 32) {
        __m512i numbers = _mm512_srl_epi16(_mm512_loadu_si512(base + 2 * i), by);
        _mm256_storeu_si256((void *)(contexts + i), _mm512_cvtepi16_epi8(numbers));
    }
    return i;
}

AVX512 static size_t contexts32(const uint8_t *base, size_t count, __m128i by, uint8_t *contexts)
{
    size_t i = 0;
    for (; i + 16 <= count; i += 16) {
        __m512i numbers = _mm512_srl_epi32(_mm512_loadu_si512(base + 4 * i), by);
        _mm_storeu_si128((void *)(contexts + i), _mm512_cvtepi32_epi8(numbers));
    }
    return i;
}

AVX512 size_t znn_delta_contexts_avx512(const uint8_t *base, size_t count, unsigned width, unsigned shift,
                                        uint8_t *contexts)
{
    __m128i by = _mm_cvtsi32_si128((int)shift);
    return width == 2 ? contexts16(base, count, by, contexts) : contexts32(base, count, by, contexts);
}

AVX512 static inline __m512i widen16(const uint8_t *tokens)
{
    return _mm512_cvtepu8_epi16(_mm256_loadu_si256((const void *)tokens));
}

AVX512 static inline __m512i widen32(const uint8_t *tokens)
{
    return _mm512_cvtepu8_epi32(_mm_loadu_si128((const void *)tokens));
}

AVX512 size_t znn_delta_widen_avx512(const uint8_t *tokens, size_t count, unsigned width, void *values)
{
    size_t i = 0, each = 64 / width;
    for (; i + each <= count; i += each)
        _mm512_storeu_si512((uint8_t *)values + i * width, width == 2 ? widen16(tokens + i) : widen32(tokens + i));
    return i;
}

AVX512 size_t znn_delta_values_avx512(const uint8_t *tokens, size_t count, unsigned width, unsigned shift,
                                      const uint8_t *low, size_t size, unsigned start, void *values)
{
    struct low_plan plan = make_plan(width, shift, start);
    __m128i by = _mm_cvtsi32_si128((int)shift);
    __m512i mask = width == 2 ? _mm512_set1_epi16((short)((1u << shift) - 1)) : _mm512_set1_epi32((1 << shift) - 1);
    size_t each = 64 / width, step = each / 8 * shift; /* values per vector, and bytes of their low bits */
    size_t i = 0;
    for (; i + each <= count && size >= 64; i += each, low += step, size -= step) {
        __m512i bits = _mm512_and_si512(take_low(&plan, low), mask);
        __m512i rest =
            width == 2 ? _mm512_sll_epi16(widen16(tokens + i), by) : _mm512_sll_epi32(widen32(tokens + i), by);
        _mm512_storeu_si512((uint8_t *)values + i * width, _mm512_or_si512(rest, bits));
    }
    return i;
}

#endif

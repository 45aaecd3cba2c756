/*
 * delta_avx512.c - values of tokens and low bits, many at a time
 */
#include "transform/x86/delta_avx512.h"

#include "base/cpu.h"

#if X86_KERNELS

#    include <immintrin.h>

#    define AVX512 __attribute__((target("avx512f,avx512bw,avx512vbmi")))

/* Where a vector of values has its low bits. */
struct plan {
    __m512i bytes;  /* for each byte, where it is among those of the vector */
    __m512i places; /* for each byte, from which bit on it is taken */
};

AVX512 static struct plan make_plan(unsigned width, unsigned shift, unsigned start)
{
    uint8_t bytes[64], places[64];
    unsigned each = 8 / width; /* values in 64 bits */
    for (unsigned i = 0; i < 64; i++) {
        unsigned lane = start + i / 8 * each * shift; /* the bit that the 64 bits start with */
        unsigned value = i % 8 / width;
        bytes[i] = (uint8_t)((lane / 8 + i % 8) & 63);
        places[i] = (uint8_t)((lane % 8 + value * shift + 8 * (i % width)) & 63);
    }
    return (struct plan){_mm512_loadu_si512(bytes), _mm512_loadu_si512(places)};
}

AVX512 static inline __m512i take_low(const struct plan *plan, const uint8_t *low)
{
    return _mm512_multishift_epi64_epi8(plan->places, _mm512_permutexvar_epi8(plan->bytes, _mm512_loadu_si512(low)));
}

size_t AVX512 znn_delta_values_avx512(const uint8_t *tokens, size_t count, unsigned width, unsigned shift,
                                      const uint8_t *low, size_t size, unsigned start, void *values)
{
    struct plan plan = make_plan(width, shift, start);
    __m128i by = _mm_cvtsi32_si128((int)shift);
    __m512i mask = width == 2 ? _mm512_set1_epi16((short)((1u << shift) - 1)) : _mm512_set1_epi32((1 << shift) - 1);
    size_t each = 64 / width, step = each / 8 * shift; /* values of a vector, and bytes of their low bits */
    size_t i = 0;
    for (; i + each <= count && size >= 64; i += each, low += step, size -= step) {
        __m512i bits = _mm512_and_si512(take_low(&plan, low), mask);
        __m512i rest = width == 2
                           ? _mm512_sll_epi16(_mm512_cvtepu8_epi16(_mm256_loadu_si256((const void *)(tokens + i))), by)
                           : _mm512_sll_epi32(_mm512_cvtepu8_epi32(_mm_loadu_si128((const void *)(tokens + i))), by);
        _mm512_storeu_si512((uint8_t *)values + i * width, _mm512_or_si512(rest, bits));
    }
    return i;
}

#endif

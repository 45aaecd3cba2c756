/*
 * histogram_avx512.c - counting bytes that are nearly all in one small range
 */
#include "codec/x86/histogram_avx512.h"

#include "base/cpu.h"
#include "codec/bits.h"

#if X86_KERNELS

#    include <immintrin.h>

#    define AVX512 __attribute__((target("avx512f,avx512bw")))

/* Counters of 8 bits hold this much. */
#    define ROUNDS_MAX 255

#    define EACH(DO)                                                                                                   \
        DO(0) DO(1) DO(2) DO(3) DO(4) DO(5) DO(6) DO(7) DO(8) DO(9) DO(10) DO(11) DO(12) DO(13) DO(14) DO(15)

static void count_outside(const uint8_t *data, uint64_t outside, uint32_t counts[256])
{
    for (; outside; outside &= outside - 1)
        counts[data[trailing_zeros(outside)]]++;
}

AVX512 static uint32_t sum(__m512i row)
{
    return (uint32_t)_mm512_reduce_add_epi64(_mm512_sad_epu8(row, _mm512_setzero_si512()));
}

AVX512 void znn_histogram_avx512(const uint8_t *data, size_t size, uint8_t first, uint32_t counts[256])
{
    const __m512i start = _mm512_set1_epi8((char)first), one = _mm512_set1_epi8(1);
    const __m512i last = _mm512_set1_epi8(HISTOGRAM_RANGE - 1);
    while (size > 0) {
        size_t rounds = size / 64 < ROUNDS_MAX ? size / 64 : ROUNDS_MAX;
        size -= 64 * rounds;
#    define CLEAR(k) __m512i row##k = _mm512_setzero_si512();
        EACH(CLEAR)
        for (; rounds > 0; rounds--, data += 64) {
            __m512i bytes = _mm512_sub_epi8(_mm512_loadu_si512(data), start);
#    define COUNT(k)                                                                                                   \
        row##k = _mm512_mask_add_epi8(row##k, _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8(k)), row##k, one);
            EACH(COUNT)
            count_outside(data, _mm512_cmpgt_epu8_mask(bytes, last), counts);
        }
#    define ADD_UP(k) counts[first + k] += sum(row##k);
        EACH(ADD_UP)
    }
}

#endif

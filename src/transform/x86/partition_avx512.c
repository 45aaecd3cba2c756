/*
 * partition_avx512.c - sorting symbols of which most have one of few contexts
 */
#include "transform/x86/partition_avx512.h"

#include "base/cpu.h"

#if X86_KERNELS

#    include <immintrin.h>

#    define AVX512 __attribute__((target("avx512f,avx512bw,avx512vbmi2,bmi2,popcnt")))

/* One vector of symbols: those that `mask` tells are the next ones of a context. */
AVX512 static inline __m512i expand16(__m512i symbols, uint32_t mask, uint8_t **next)
{
    symbols = _mm512_or_si512(symbols, _mm512_maskz_expand_epi16(mask, _mm512_loadu_si512(*next)));
    *next += 2 * _mm_popcnt_u32(mask);
    return symbols;
}

AVX512 static inline __m512i expand32(__m512i symbols, uint16_t mask, uint8_t **next)
{
    symbols = _mm512_or_si512(symbols, _mm512_maskz_expand_epi32(mask, _mm512_loadu_si512(*next)));
    *next += 4 * _mm_popcnt_u32(mask);
    return symbols;
}

/* The reverse.  What lies behind those that are stored belongs to others. */
AVX512 static inline void compress16(__m512i symbols, uint32_t mask, uint8_t **next)
{
    unsigned count = (unsigned)_mm_popcnt_u32(mask);
    _mm512_mask_storeu_epi16(*next, _bzhi_u32(UINT32_MAX, count), _mm512_maskz_compress_epi16(mask, symbols));
    *next += 2 * count;
}

AVX512 static inline void compress32(__m512i symbols, uint16_t mask, uint8_t **next)
{
    unsigned count = (unsigned)_mm_popcnt_u32(mask);
    _mm512_mask_storeu_epi32(*next, (uint16_t)_bzhi_u32(UINT16_MAX, count), _mm512_maskz_compress_epi32(mask, symbols));
    *next += 4 * count;
}

/*
 * Goes through the contexts of a block until all of its symbols have had theirs; through the frequent ones without
 * asking whether they occur, because mostly they do.
 */
#    define EACH_CONTEXT(DO)                                                                                           \
        __m512i block = _mm512_loadu_si512(contexts + i);                                                              \
        uint64_t left = UINT64_MAX;                                                                                    \
        unsigned k = 0;                                                                                                \
        for (; k < rows->frequent; k++) {                                                                              \
            uint64_t mask = _mm512_cmpeq_epi8_mask(block, _mm512_set1_epi8((char)rows->contexts[k]));                  \
            DO left &= ~mask;                                                                                          \
        }                                                                                                              \
        for (; left; k++) {                                                                                            \
            uint64_t mask = _mm512_cmpeq_epi8_mask(block, _mm512_set1_epi8((char)rows->contexts[k]));                  \
            if (mask) {                                                                                                \
                DO                                                                                                     \
            }                                                                                                          \
            left &= ~mask;                                                                                             \
        }

AVX512 static void scatter16(struct partition_rows *rows, const uint8_t *contexts, const uint8_t *source, size_t count)
{
    for (size_t i = 0; i < count; i += PARTITION_BLOCK, source += 128) {
        __m512i a = _mm512_loadu_si512(source), b = _mm512_loadu_si512(source + 64);
        EACH_CONTEXT(compress16(a, (uint32_t)mask, &rows->next[k]);
                     compress16(b, (uint32_t)(mask >> 32), &rows->next[k]);)
    }
}

AVX512 static void scatter32(struct partition_rows *rows, const uint8_t *contexts, const uint8_t *source, size_t count)
{
    for (size_t i = 0; i < count; i += PARTITION_BLOCK, source += 256) {
        __m512i a = _mm512_loadu_si512(source), b = _mm512_loadu_si512(source + 64);
        __m512i c = _mm512_loadu_si512(source + 128), d = _mm512_loadu_si512(source + 192);
        EACH_CONTEXT(compress32(a, (uint16_t)mask, &rows->next[k]);
                     compress32(b, (uint16_t)(mask >> 16), &rows->next[k]);
                     compress32(c, (uint16_t)(mask >> 32), &rows->next[k]);
                     compress32(d, (uint16_t)(mask >> 48), &rows->next[k]);)
    }
}

AVX512 static void gather16(struct partition_rows *rows, const uint8_t *contexts, uint8_t *target, size_t count)
{
    for (size_t i = 0; i < count; i += PARTITION_BLOCK, target += 128) {
        __m512i a = _mm512_setzero_si512(), b = a;
        EACH_CONTEXT(a = expand16(a, (uint32_t)mask, &rows->next[k]);
                     b = expand16(b, (uint32_t)(mask >> 32), &rows->next[k]);)
        _mm512_storeu_si512(target, a);
        _mm512_storeu_si512(target + 64, b);
    }
}

AVX512 static void gather32(struct partition_rows *rows, const uint8_t *contexts, uint8_t *target, size_t count)
{
    for (size_t i = 0; i < count; i += PARTITION_BLOCK, target += 256) {
        __m512i a = _mm512_setzero_si512(), b = a, c = a, d = a;
        EACH_CONTEXT(a = expand32(a, (uint16_t)mask, &rows->next[k]);
                     b = expand32(b, (uint16_t)(mask >> 16), &rows->next[k]);
                     c = expand32(c, (uint16_t)(mask >> 32), &rows->next[k]);
                     d = expand32(d, (uint16_t)(mask >> 48), &rows->next[k]);)
        _mm512_storeu_si512(target, a);
        _mm512_storeu_si512(target + 64, b);
        _mm512_storeu_si512(target + 128, c);
        _mm512_storeu_si512(target + 192, d);
    }
}

void znn_partition_scatter_avx512(struct partition_rows *rows, const uint8_t *contexts, const uint8_t *source,
                                  size_t count, unsigned width)
{
    if (width == 2)
        scatter16(rows, contexts, source, count);
    else
        scatter32(rows, contexts, source, count);
}

void znn_partition_gather_avx512(struct partition_rows *rows, const uint8_t *contexts, uint8_t *target, size_t count,
                                 unsigned width)
{
    if (width == 2)
        gather16(rows, contexts, target, count);
    else
        gather32(rows, contexts, target, count);
}

#endif

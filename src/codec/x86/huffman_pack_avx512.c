/*
 * huffman_pack_avx512.c - symbols to bits, 64 at a time
 */
#include "codec/x86/huffman_pack_avx512.h"

#include "codec/huffman_sink.h"
#include "platform/cpu.h"

#if X86_KERNELS

#    include <immintrin.h>

#    define AVX512 __attribute__((target("avx512f,avx512bw,avx512vl,avx512vbmi,bmi2")))

#    define SYMBOLS 64

/*
 * Codes in lanes of some width, and in lanes of the same width how many bits they have.
 */
struct lanes {
    __m512i codes, lengths;
};

AVX512 static ALWAYS_INLINE void load_table(__m512i table[4], const uint8_t bytes[256])
{
    for (size_t i = 0; i < 4; i++)
        table[i] = _mm512_loadu_si512(bytes + 64 * i);
}

AVX512 static ALWAYS_INLINE __m512i look_up(const __m512i table[4], __m512i symbols)
{
    __m512i below_128 = _mm512_permutex2var_epi8(table[0], symbols, table[1]);
    __m512i from_128 = _mm512_permutex2var_epi8(table[2], symbols, table[3]);
    return _mm512_mask_blend_epi8(_mm512_movepi8_mask(symbols), below_128, from_128);
}

/*
 * Joins neighbours, the one in the lower half of a lane being the earlier one: from lanes of 16 bits to 32, 32 to 64,
 * 64 to the lower half of 128.
 */
AVX512 static ALWAYS_INLINE struct lanes join_16(struct lanes lanes)
{
    __m512i earlier = _mm512_and_si512(lanes.codes, _mm512_set1_epi32(0xffff));
    __m512i later = _mm512_srli_epi32(lanes.codes, 16), later_length = _mm512_srli_epi32(lanes.lengths, 16);
    lanes.codes = _mm512_or_si512(_mm512_sllv_epi32(earlier, later_length), later);
    lanes.lengths = _mm512_madd_epi16(lanes.lengths, _mm512_set1_epi16(1));
    return lanes;
}

AVX512 static ALWAYS_INLINE struct lanes join_32(struct lanes lanes)
{
    const __m512i lower = _mm512_set1_epi64(0xffffffff);
    __m512i earlier = _mm512_and_si512(lanes.codes, lower);
    __m512i later = _mm512_srli_epi64(lanes.codes, 32), later_length = _mm512_srli_epi64(lanes.lengths, 32);
    lanes.codes = _mm512_or_si512(_mm512_sllv_epi64(earlier, later_length), later);
    lanes.lengths = _mm512_and_si512(_mm512_add_epi64(lanes.lengths, later_length), lower);
    return lanes;
}

AVX512 static ALWAYS_INLINE struct lanes join_64(struct lanes lanes)
{
    __m512i later = _mm512_unpackhi_epi64(lanes.codes, lanes.codes);
    __m512i later_length = _mm512_unpackhi_epi64(lanes.lengths, lanes.lengths);
    lanes.codes = _mm512_or_si512(_mm512_sllv_epi64(lanes.codes, later_length), later);
    lanes.lengths = _mm512_add_epi64(lanes.lengths, later_length);
    return lanes;
}

/*
 * Two groups of 4 symbols in each 128 bits of `first`, the two after them in those of `second`.
 */
AVX512 static ALWAYS_INLINE struct sink put_fours(struct sink sink, struct lanes first, struct lanes second)
{
    uint64_t codes[2][8], lengths[2][8];
    _mm512_storeu_si512(codes[0], first.codes);
    _mm512_storeu_si512(codes[1], second.codes);
    _mm512_storeu_si512(lengths[0], first.lengths);
    _mm512_storeu_si512(lengths[1], second.lengths);
    for (size_t i = 8; i > 0; i -= 2)
        for (size_t half = 2; half-- > 0;)
            for (size_t k = i; k-- > i - 2;)
                sink = put_bits(sink, codes[half][k], (unsigned)lengths[half][k]);
    return sink;
}

/*
 * Groups of 8 * step symbols in every step-th of eight 64-bit lanes.  One that is too long is put on symbol by symbol.
 */
AVX512 static ALWAYS_INLINE struct sink put_groups(struct sink sink, struct lanes lanes, const size_t step,
                                                   const uint64_t single[256], const uint8_t *src)
{
    uint64_t codes[8], lengths[8];
    _mm512_storeu_si512(codes, lanes.codes);
    _mm512_storeu_si512(lengths, lanes.lengths);
    for (size_t i = 8; i > 0;) {
        i -= step;
        if (lengths[i] <= HUFFMAN_AVX512_GROUP_BITS)
            sink = put_bits(sink, codes[i], (unsigned)lengths[i]);
        else
            sink = put_symbols(sink, single, src + 8 * i, 8 * step);
    }
    return sink;
}

/*
 * One stream, with `group` known to the compiler.
 */
AVX512 static ALWAYS_INLINE uint8_t *pack(const struct huffman_bytes *bytes, const uint64_t single[256],
                                          const unsigned group, const uint8_t *src, size_t size, uint8_t *dst)
{
    __m512i low[4], high[4], length[4];
    load_table(low, bytes->low);
    load_table(high, bytes->high);
    load_table(length, bytes->length);
    const uint8_t *p = src + (size - size % SYMBOLS);
    struct sink sink = put_symbols((struct sink){dst, 0, 0}, single, p, size % SYMBOLS);
    while (p != src) {
        p -= SYMBOLS;
        __m512i symbols = _mm512_loadu_si512(p), zero = _mm512_setzero_si512();
        __m512i lows = look_up(low, symbols), highs = look_up(high, symbols), lengths = look_up(length, symbols);
        /* In each 128 bits, the first 8 of 16 symbols and the others. */
        struct lanes first = {_mm512_unpacklo_epi8(lows, highs), _mm512_unpacklo_epi8(lengths, zero)};
        struct lanes second = {_mm512_unpackhi_epi8(lows, highs), _mm512_unpackhi_epi8(lengths, zero)};
        first = join_32(join_16(first));
        second = join_32(join_16(second));
        if (group == 4) {
            sink = put_fours(sink, first, second);
            continue;
        }
        first = join_64(first);
        second = join_64(second);
        struct lanes eights = {_mm512_unpacklo_epi64(first.codes, second.codes),
                               _mm512_unpacklo_epi64(first.lengths, second.lengths)};
        sink = group == 8 ? put_groups(sink, eights, 1, single, p) : put_groups(sink, join_64(eights), 2, single, p);
    }
    return put_mark(sink);
}

AVX512 uint8_t *znn_huffman_pack_avx512(const struct huffman_bytes *bytes, const uint64_t single[256], unsigned group,
                                        const uint8_t *src, size_t size, uint8_t *dst)
{
    if (group == 16)
        return pack(bytes, single, 16, src, size, dst);
    if (group == 8)
        return pack(bytes, single, 8, src, size, dst);
    return pack(bytes, single, 4, src, size, dst);
}

#endif

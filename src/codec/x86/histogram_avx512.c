/*
 * histogram_avx512.c - counting bytes that are nearly all in one small range
 *
 * A byte of the range becomes a bit of its own in one of two bytes, so that counting bytes becomes counting bits at
 * each place of many words.  Full adders do that without carrying each bit far (Harley and Seal; Klarqvist, Mula and
 * Lemire 2019): three words become a sum and a carry, which counts for two,
 *
 *     sum   = a ^ b ^ c
 *     carry = a & b | b & c | c & a
 *
 * and sixteen words leave one that counts for sixteen.  Only the bits of that one are counted each by each.
 */
#include "codec/x86/histogram_avx512.h"

#include "platform/bits.h"
#include "platform/compiler.h"
#include "platform/cpu.h"

#if X86_KERNELS

#    include <immintrin.h>
#    include <stdbool.h>
#    include <string.h>

#    define AVX512 __attribute__((target("avx512f,avx512bw,popcnt")))

/* Vectors that are added up before their bits are counted, and how often counters of 8 bits hold that. */
#    define BATCH 16
#    define ROUNDS_MAX 255

/* The same for what is read once for each of two ranges, and stays in the fastest cache in between. */
#    define ROUNDS_TWICE 32

/* The bits of one half of the range: what they count for so far. */
struct half {
    __m512i ones, twos, fours, eights;
};

static void count_outside(const uint8_t *data, uint64_t outside, uint32_t counts[256])
{
    for (; outside; outside &= outside - 1)
        counts[data[trailing_zeros(outside)]]++;
}

/* Adds b and c to *sum and returns the carry. */
AVX512 static ALWAYS_INLINE __m512i add(__m512i *sum, __m512i b, __m512i c)
{
    __m512i a = *sum;
    *sum = _mm512_ternarylogic_epi64(a, b, c, 0x96);
    return _mm512_ternarylogic_epi64(a, b, c, 0xe8);
}

/* Adds sixteen vectors and returns the one that counts for sixteen. */
AVX512 static ALWAYS_INLINE __m512i add_batch(struct half *half, const __m512i x[BATCH])
{
    __m512i fours[2], eights[2];
    for (size_t i = 0; i < 2; i++) {
        for (size_t k = 0; k < 2; k++) {
            const __m512i *four = x + 8 * i + 4 * k;
            __m512i two = add(&half->ones, four[0], four[1]);
            fours[k] = add(&half->twos, two, add(&half->ones, four[2], four[3]));
        }
        eights[i] = add(&half->fours, fours[0], fours[1]);
    }
    return add(&half->eights, eights[0], eights[1]);
}

/* How many bytes of `x` have bit k set. */
AVX512 static ALWAYS_INLINE uint32_t count_bit(__m512i x, unsigned k)
{
    return bit_count(_mm512_test_epi8_mask(x, _mm512_set1_epi8((char)(1 << k))));
}

AVX512 static void count_rest(const struct half *half, uint32_t *counts)
{
    for (unsigned k = 0; k < 8; k++)
        counts[k] += count_bit(half->ones, k) + 2 * count_bit(half->twos, k) + 4 * count_bit(half->fours, k) +
                     8 * count_bit(half->eights, k);
}

AVX512 static uint32_t sum(__m512i row)
{
    return (uint32_t)_mm512_reduce_add_epi64(_mm512_sad_epu8(row, _mm512_setzero_si512()));
}

#    define EACH(DO) DO(0) DO(1) DO(2) DO(3) DO(4) DO(5) DO(6) DO(7)

/* Counts what is in a range in `rounds` batches, at most ROUNDS_MAX. */
AVX512 static ALWAYS_INLINE void count_range(const uint8_t *data, size_t rounds, uint8_t first, struct half halves[2],
                                             bool count_others, uint32_t counts[256])
{
    const __m512i start = _mm512_set1_epi8((char)first), one = _mm512_set1_epi8(1);
    const __m512i to_top = _mm512_set1_epi8(0x80 - HISTOGRAM_RANGE); /* sets the top bit of bytes beyond the range */
    const __m512i low_bits = _mm512_broadcast_i32x4(_mm_set_epi64x(0, (long long)0x8040201008040201));
    const __m512i high_bits = _mm512_broadcast_i32x4(_mm_set_epi64x((long long)0x8040201008040201, 0));
    struct half low = halves[0], high = halves[1];
#    define CLEAR(k) __m512i low##k = _mm512_setzero_si512(), high##k = low##k;
    EACH(CLEAR)
    for (; rounds > 0; rounds--) {
        __m512i lows[BATCH], highs[BATCH];
        for (size_t i = 0; i < BATCH; i++, data += 64) {
            __m512i bytes = _mm512_adds_epu8(_mm512_sub_epi8(_mm512_loadu_si512(data), start), to_top);
            if (count_others)
                count_outside(data, _mm512_movepi8_mask(bytes), counts);
            lows[i] = _mm512_shuffle_epi8(low_bits, bytes);
            highs[i] = _mm512_shuffle_epi8(high_bits, bytes);
        }
        __m512i low16 = add_batch(&low, lows), high16 = add_batch(&high, highs);
#    define COUNT(k)                                                                                                   \
        low##k =                                                                                                       \
            _mm512_mask_add_epi8(low##k, _mm512_test_epi8_mask(low16, _mm512_set1_epi8((char)(1 << k))), low##k, one); \
        high##k = _mm512_mask_add_epi8(high##k, _mm512_test_epi8_mask(high16, _mm512_set1_epi8((char)(1 << k))),       \
                                       high##k, one);
        EACH(COUNT)
    }
#    define ADD_UP(k)                                                                                                  \
        counts[first + k] += BATCH * sum(low##k);                                                                      \
        counts[first + 8 + k] += BATCH * sum(high##k);
    EACH(ADD_UP)
    halves[0] = low;
    halves[1] = high;
}

AVX512 static void finish_range(const struct half halves[2], uint8_t first, uint32_t counts[256])
{
    count_rest(&halves[0], counts + first);
    count_rest(&halves[1], counts + first + 8);
}

/* Counts what is not in the two ranges from `first` on. */
AVX512 static void count_beyond_two(const uint8_t *data, size_t rounds, uint8_t first, uint32_t counts[256])
{
    const __m512i start = _mm512_set1_epi8((char)first), width = _mm512_set1_epi8(2 * HISTOGRAM_RANGE);
    for (const uint8_t *end = data + rounds * BATCH * 64; data != end; data += 64)
        count_outside(data, _mm512_cmpge_epu8_mask(_mm512_sub_epi8(_mm512_loadu_si512(data), start), width), counts);
}

AVX512 void znn_histogram_avx512(const uint8_t *data, size_t size, uint8_t first, unsigned ranges, uint32_t counts[256])
{
    struct half halves[2][2];
    const uint8_t second = (uint8_t)(first + HISTOGRAM_RANGE);
    const size_t most = ranges == 1 ? ROUNDS_MAX : ROUNDS_TWICE;
    memset(halves, 0, sizeof halves);
    for (size_t batches = size / (64 * BATCH), rounds; batches > 0; batches -= rounds) {
        rounds = batches < most ? batches : most;
        if (ranges == 1) {
            count_range(data, rounds, first, halves[0], true, counts);
        } else {
            count_range(data, rounds, first, halves[0], false, counts);
            count_range(data, rounds, second, halves[1], false, counts);
            count_beyond_two(data, rounds, first, counts);
        }
        data += rounds * 64 * BATCH;
    }
    finish_range(halves[0], first, counts);
    if (ranges > 1)
        finish_range(halves[1], second, counts);
    for (size_t left = size % (64 * BATCH); left > 0; left--)
        counts[*data++]++;
}

#endif

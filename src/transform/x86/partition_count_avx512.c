/*
 * partition_count_avx512.c - counts how often each of sixteen neighbouring contexts occurs
 *
 * The contexts of most weights are about a dozen exponents.  Each context becomes one set bit in two bytes, which tells
 * which of the sixteen it is.  Then the bits at the same place of many bytes are counted.  A vector has 512 places,
 * each with a full adder that turns three bits into a sum and a carry.  So only one in eight vectors is left to count
 * bit by bit:
 *
 *     W. Mula, N. Kurz and D. Lemire, "Faster population counts using AVX2 instructions", 2018
 */
#include "platform/cpu.h"
#include "transform/x86/partition_avx512.h"

#if X86_KERNELS

#    include <immintrin.h>

#    define AVX512 __attribute__((target("avx512f,avx512bw,popcnt")))

/* How often a bit was set at each place of a byte: one vector for each binary digit of the counts. */
struct tally {
    __m512i ones, twos, fours;
};

/* Adds a and b to the digit at `sum`.  Returns the carry for the next digit. */
AVX512 static inline __m512i add(__m512i *sum, __m512i a, __m512i b)
{
    __m512i carry = _mm512_ternarylogic_epi64(*sum, a, b, 0xe8); /* at least two of three */
    *sum = _mm512_ternarylogic_epi64(*sum, a, b, 0x96);          /* one of three, or all three */
    return carry;
}

/* Adds the bits of eight vectors.  Returns the bits that count eight times. */
AVX512 static inline __m512i add_eight(struct tally *tally, const __m512i places[8], __m512i bits)
{
    __m512i x[8];
    for (int i = 0; i < 8; i++)
        x[i] = _mm512_shuffle_epi8(bits, places[i]);
    __m512i a = add(&tally->twos, add(&tally->ones, x[0], x[1]), add(&tally->ones, x[2], x[3]));
    __m512i b = add(&tally->twos, add(&tally->ones, x[4], x[5]), add(&tally->ones, x[6], x[7]));
    return add(&tally->fours, a, b);
}

/* Adds `times` to the count of its place in a byte for each set bit. */
AVX512 static inline void count_bits(__m512i bits, uint32_t times, uint32_t counts[8])
{
    for (int k = 7; k >= 0; k--) {
        counts[k] += times * (uint32_t)_mm_popcnt_u64(_mm512_movepi8_mask(bits));
        bits = _mm512_add_epi8(bits, bits);
    }
}

AVX512 static void count_rest(const struct tally *tally, uint32_t counts[8])
{
    count_bits(tally->ones, 1, counts);
    count_bits(tally->twos, 2, counts);
    count_bits(tally->fours, 4, counts);
}

AVX512 void znn_partition_count_avx512(const uint8_t *contexts, size_t count, uint8_t first, uint32_t *counts)
{
    const __m512i start = _mm512_set1_epi8((char)first), most = _mm512_set1_epi8(PARTITION_WINDOW);
    /* Bit k for place k or k + 8.  Contexts outside the window get a place that has no bit. */
    const __m512i lower = _mm512_broadcast_i32x4(_mm_set_epi64x(0, (long long)0x8040201008040201));
    const __m512i upper = _mm512_broadcast_i32x4(_mm_set_epi64x((long long)0x8040201008040201, 0));
    struct tally low = {0}, high = {0};
    uint32_t window[PARTITION_WINDOW] = {0};
    for (size_t i = 0; i < count; i += PARTITION_COUNTED) {
        __m512i places[8];
        for (size_t v = 0; v < 8; v++) {
            __m512i place = _mm512_sub_epi8(_mm512_loadu_si512(contexts + i + 64 * v), start);
            uint64_t others = _mm512_cmpge_epu8_mask(place, most);
            /* A place of 128 or more has no bit. */
            places[v] = _mm512_mask_mov_epi8(place, others, _mm512_set1_epi8(-1));
            for (; others; others &= others - 1)
                counts[contexts[i + 64 * v + (size_t)_mm_popcnt_u64((others & (0 - others)) - 1)]]++;
        }
        count_bits(add_eight(&low, places, lower), 8, window);
        count_bits(add_eight(&high, places, upper), 8, window + 8);
    }
    count_rest(&low, window);
    count_rest(&high, window + 8);
    for (unsigned k = 0; k < PARTITION_WINDOW; k++)
        counts[(uint8_t)(first + k)] += window[k];
}

#endif

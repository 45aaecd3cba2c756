/*
 * partition_avx512.c - sorts symbols if most have one of a few contexts
 */
#include "transform/x86/partition_avx512.h"

#include "platform/cpu.h"

#if X86_KERNELS

#    include <immintrin.h>
#    include <string.h>

#    define AVX512 __attribute__((target("avx512f,avx512bw,avx512vbmi2,bmi2,popcnt")))

/* Fills the lanes of one vector that are set in `mask` with the next symbols of a context. */
AVX512 static inline void expand16(__m512i *symbols, uint32_t mask, uint8_t **next)
{
    *symbols = _mm512_or_si512(*symbols, _mm512_maskz_expand_epi16(mask, _mm512_loadu_si512(*next)));
    *next += 2 * _mm_popcnt_u32(mask);
}

AVX512 static inline void expand32(__m512i *symbols, uint16_t mask, uint8_t **next)
{
    *symbols = _mm512_or_si512(*symbols, _mm512_maskz_expand_epi32(mask, _mm512_loadu_si512(*next)));
    *next += 4 * _mm_popcnt_u32(mask);
}

/* The reverse.  Stores no more symbols than the mask has, because the bytes after them belong to other contexts. */
AVX512 static inline void compress16(const __m512i *symbols, uint32_t mask, uint8_t **next)
{
    unsigned count = (unsigned)_mm_popcnt_u32(mask);
    _mm512_mask_storeu_epi16(*next, _bzhi_u32(UINT32_MAX, count), _mm512_maskz_compress_epi16(mask, *symbols));
    *next += 2 * count;
}

AVX512 static inline void compress32(const __m512i *symbols, uint16_t mask, uint8_t **next)
{
    unsigned count = (unsigned)_mm_popcnt_u32(mask);
    _mm512_mask_storeu_epi32(*next, (uint16_t)_bzhi_u32(UINT16_MAX, count),
                             _mm512_maskz_compress_epi32(mask, *symbols));
    *next += 4 * count;
}

/* What to do with the sorted symbols: nothing, add them to the base, or combine them with the base by exclusive-or. */
enum finish { AS_IT_IS, ADDED, BY_XOR };

/* Undoes zigzag: shifts, and inverts the bits if the lowest bit was set. */
AVX512 static inline __m512i finish16(__m512i symbols, const uint8_t *base, enum finish finish)
{
    if (finish == AS_IT_IS)
        return symbols;
    __m512i old = _mm512_loadu_si512(base);
    if (finish == BY_XOR)
        return _mm512_xor_si512(old, symbols);
    __m512i sign = _mm512_movm_epi16(_mm512_test_epi16_mask(symbols, _mm512_set1_epi16(1)));
    return _mm512_add_epi16(old, _mm512_xor_si512(_mm512_srli_epi16(symbols, 1), sign));
}

AVX512 static inline __m512i finish32(__m512i symbols, const uint8_t *base, enum finish finish)
{
    if (finish == AS_IT_IS)
        return symbols;
    __m512i old = _mm512_loadu_si512(base);
    if (finish == BY_XOR)
        return _mm512_xor_si512(old, symbols);
    __m512i half = _mm512_srli_epi32(symbols, 1);
    __mmask16 turned = _mm512_test_epi32_mask(symbols, _mm512_set1_epi32(1));
    return _mm512_add_epi32(old, _mm512_mask_xor_epi32(half, turned, half, _mm512_set1_epi32(-1)));
}

static inline void put16(uint8_t *target, const uint8_t *base, const uint8_t *symbol, enum finish finish)
{
    uint16_t value, old;
    memcpy(&value, symbol, 2);
    if (finish != AS_IT_IS) {
        memcpy(&old, base, 2);
        value = (uint16_t)(finish == BY_XOR ? old ^ value : old + (value >> 1 ^ (0 - (value & 1))));
    }
    memcpy(target, &value, 2);
}

static inline void put32(uint8_t *target, const uint8_t *base, const uint8_t *symbol, enum finish finish)
{
    uint32_t value, old;
    memcpy(&value, symbol, 4);
    if (finish != AS_IT_IS) {
        memcpy(&old, base, 4);
        value = finish == BY_XOR ? old ^ value : old + (value >> 1 ^ (0 - (value & 1)));
    }
    memcpy(target, &value, 4);
}

/*
 * Runs DO for each frequent context.  The contexts are written out, so they and their places stay in registers, and
 * there is no branch.
 */
#    define ROWS_8(DO) DO(0) DO(1) DO(2) DO(3) DO(4) DO(5) DO(6) DO(7)
#    define ROWS_12(DO) ROWS_8(DO) DO(8) DO(9) DO(10) DO(11)

#    define START(k)                                                                                                   \
        const __m512i context##k = _mm512_set1_epi8((char)rows->contexts[k]);                                          \
        uint8_t *next##k = rows->next[k];
#    define END(k) rows->next[k] = next##k;

#    define FIND(k)                                                                                                    \
        uint64_t mask = _mm512_cmpeq_epi8_mask(block, context##k);                                                     \
        left &= ~mask;
#    define EACH_16(k, move)                                                                                           \
        {                                                                                                              \
            FIND(k)                                                                                                    \
            move(&a, (uint32_t)mask, &next##k);                                                                        \
            move(&b, (uint32_t)(mask >> 32), &next##k);                                                                \
        }
#    define EACH_32(k, move)                                                                                           \
        {                                                                                                              \
            FIND(k)                                                                                                    \
            move(&a, (uint16_t)mask, &next##k);                                                                        \
            move(&b, (uint16_t)(mask >> 16), &next##k);                                                                \
            move(&c, (uint16_t)(mask >> 32), &next##k);                                                                \
            move(&d, (uint16_t)(mask >> 48), &next##k);                                                                \
        }
#    define SCATTER_16(k) EACH_16(k, compress16)
#    define SCATTER_32(k) EACH_32(k, compress32)
#    define GATHER_16(k) EACH_16(k, expand16)
#    define GATHER_32(k) EACH_32(k, expand32)

/*
 * Few symbols are left over, but their number in a block varies, so the processor would mispredict a loop over them.
 * So they are noted, and moved together after many blocks.
 */
#    define MOVED 4096
struct others {
    size_t count;
    uint16_t places[MOVED + PARTITION_BLOCK / 2];
};

/* Notes the symbols left over in the block that begins with symbol `first`. */
AVX512 static inline void note(struct others *others, uint64_t left, size_t first)
{
    static const uint16_t numbers[32] = {0,  1,  2,  3,  4,  5,  6,  7,  8,  9,  10, 11, 12, 13, 14, 15,
                                         16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31};
    __m512i places = _mm512_add_epi16(_mm512_loadu_si512(numbers), _mm512_set1_epi16((short)first));
    for (int half = 0; half < 2; half++, left >>= 32) {
        _mm512_storeu_si512(others->places + others->count, _mm512_maskz_compress_epi16((uint32_t)left, places));
        others->count += (size_t)_mm_popcnt_u32((uint32_t)left);
        places = _mm512_add_epi16(places, _mm512_set1_epi16(32));
    }
}

/* Runs DO for each noted symbol; j is its place. */
#    define EACH_OTHER(DO)                                                                                             \
        for (size_t k = 0; k < noted.count; k++) {                                                                     \
            size_t j = noted.places[k];                                                                                \
            uint8_t **other = &rows->others[contexts[j]];                                                              \
            DO                                                                                                         \
        }

/* The loops over up to MOVED symbols, for the number of frequent contexts in ROWS. */
#    define DEFINE_MOVES(ROWS)                                                                                         \
        AVX512 static void scatter16_##ROWS(struct partition_rows *rows, const uint8_t *contexts,                      \
                                            const uint8_t *source, size_t count)                                       \
        {                                                                                                              \
            struct others noted;                                                                                       \
            noted.count = 0;                                                                                           \
            ROWS(START)                                                                                                \
            for (size_t i = 0; i < count; i += PARTITION_BLOCK) {                                                      \
                __m512i block = _mm512_loadu_si512(contexts + i);                                                      \
                __m512i a = _mm512_loadu_si512(source + 2 * i), b = _mm512_loadu_si512(source + 2 * i + 64);           \
                uint64_t left = UINT64_MAX;                                                                            \
                ROWS(SCATTER_16)                                                                                       \
                note(&noted, left, i);                                                                                 \
            }                                                                                                          \
            EACH_OTHER(memcpy(*other, source + 2 * j, 2); *other += 2;)                                                \
            ROWS(END)                                                                                                  \
        }                                                                                                              \
                                                                                                                       \
        AVX512 static void scatter32_##ROWS(struct partition_rows *rows, const uint8_t *contexts,                      \
                                            const uint8_t *source, size_t count)                                       \
        {                                                                                                              \
            struct others noted;                                                                                       \
            noted.count = 0;                                                                                           \
            ROWS(START)                                                                                                \
            for (size_t i = 0; i < count; i += PARTITION_BLOCK) {                                                      \
                __m512i block = _mm512_loadu_si512(contexts + i);                                                      \
                __m512i a = _mm512_loadu_si512(source + 4 * i), b = _mm512_loadu_si512(source + 4 * i + 64);           \
                __m512i c = _mm512_loadu_si512(source + 4 * i + 128), d = _mm512_loadu_si512(source + 4 * i + 192);    \
                uint64_t left = UINT64_MAX;                                                                            \
                ROWS(SCATTER_32)                                                                                       \
                note(&noted, left, i);                                                                                 \
            }                                                                                                          \
            EACH_OTHER(memcpy(*other, source + 4 * j, 4); *other += 4;)                                                \
            ROWS(END)                                                                                                  \
        }                                                                                                              \
                                                                                                                       \
        AVX512 static inline void gather16_##ROWS(struct partition_rows *rows, const uint8_t *contexts,                \
                                                  const uint8_t *base, enum finish finish, uint8_t *target,            \
                                                  size_t count)                                                        \
        {                                                                                                              \
            struct others noted;                                                                                       \
            noted.count = 0;                                                                                           \
            ROWS(START)                                                                                                \
            for (size_t i = 0; i < count; i += PARTITION_BLOCK) {                                                      \
                __m512i block = _mm512_loadu_si512(contexts + i);                                                      \
                __m512i a = _mm512_setzero_si512(), b = a;                                                             \
                uint64_t left = UINT64_MAX;                                                                            \
                ROWS(GATHER_16)                                                                                        \
                note(&noted, left, i);                                                                                 \
                _mm512_storeu_si512(target + 2 * i, finish16(a, base + 2 * i, finish));                                \
                _mm512_storeu_si512(target + 2 * i + 64, finish16(b, base + 2 * i + 64, finish));                      \
            }                                                                                                          \
            EACH_OTHER(put16(target + 2 * j, base + 2 * j, *other, finish); *other += 2;)                              \
            ROWS(END)                                                                                                  \
        }                                                                                                              \
                                                                                                                       \
        AVX512 static inline void gather32_##ROWS(struct partition_rows *rows, const uint8_t *contexts,                \
                                                  const uint8_t *base, enum finish finish, uint8_t *target,            \
                                                  size_t count)                                                        \
        {                                                                                                              \
            struct others noted;                                                                                       \
            noted.count = 0;                                                                                           \
            ROWS(START)                                                                                                \
            for (size_t i = 0; i < count; i += PARTITION_BLOCK) {                                                      \
                __m512i block = _mm512_loadu_si512(contexts + i);                                                      \
                __m512i a = _mm512_setzero_si512(), b = a, c = a, d = a;                                               \
                uint64_t left = UINT64_MAX;                                                                            \
                ROWS(GATHER_32)                                                                                        \
                note(&noted, left, i);                                                                                 \
                _mm512_storeu_si512(target + 4 * i, finish32(a, base + 4 * i, finish));                                \
                _mm512_storeu_si512(target + 4 * i + 64, finish32(b, base + 4 * i + 64, finish));                      \
                _mm512_storeu_si512(target + 4 * i + 128, finish32(c, base + 4 * i + 128, finish));                    \
                _mm512_storeu_si512(target + 4 * i + 192, finish32(d, base + 4 * i + 192, finish));                    \
            }                                                                                                          \
            EACH_OTHER(put32(target + 4 * j, base + 4 * j, *other, finish); *other += 4;)                              \
            ROWS(END)                                                                                                  \
        }

DEFINE_MOVES(ROWS_8)
DEFINE_MOVES(ROWS_12)

/* Calls the instance for the width and the number of frequent contexts. */
#    define MOVE(move, ...)                                                                                            \
        do {                                                                                                           \
            if (width == 2 && rows->frequent == PARTITION_FEWER)                                                       \
                move##16_ROWS_8(__VA_ARGS__);                                                                          \
            else if (width == 2)                                                                                       \
                move##16_ROWS_12(__VA_ARGS__);                                                                         \
            else if (rows->frequent == PARTITION_FEWER)                                                                \
                move##32_ROWS_8(__VA_ARGS__);                                                                          \
            else                                                                                                       \
                move##32_ROWS_12(__VA_ARGS__);                                                                         \
        } while (0)

void znn_partition_scatter_avx512(struct partition_rows *rows, const uint8_t *contexts, const uint8_t *source,
                                  size_t count, unsigned width)
{
    for (size_t some; count > 0; count -= some, contexts += some, source += some * width) {
        some = count < MOVED ? count : MOVED;
        MOVE(scatter, rows, contexts, source, some);
    }
}

AVX512 static inline void gather(struct partition_rows *rows, const uint8_t *contexts, const uint8_t *base,
                                 enum finish finish, uint8_t *target, size_t count, unsigned width)
{
    for (size_t some; count > 0; count -= some, contexts += some, base += some * width, target += some * width) {
        some = count < MOVED ? count : MOVED;
        MOVE(gather, rows, contexts, base, finish, target, some);
    }
}

void znn_partition_gather_avx512(struct partition_rows *rows, const uint8_t *contexts, uint8_t *target, size_t count,
                                 unsigned width)
{
    const uint8_t *base = target; /* not read */
    gather(rows, contexts, base, AS_IT_IS, target, count, width);
}

void znn_partition_gather_delta_avx512(struct partition_rows *rows, const uint8_t *contexts, const uint8_t *base,
                                       bool by_xor, uint8_t *target, size_t count, unsigned width)
{
    gather(rows, contexts, base, by_xor ? BY_XOR : ADDED, target, count, width);
}

#endif

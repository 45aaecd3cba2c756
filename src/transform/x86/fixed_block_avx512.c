/*
 * fixed_block_avx512.c - turns blocks of floats into streams and back, 64 elements at a time
 *
 * The integers in four registers are shifted until their first byte group is the top byte, and then split as in
 * groups_avx512.c.  Signs and exceptions are already masks, in the order in which their bits are stored.
 */
#include "transform/x86/fixed_block_x86.h"

#include "platform/cpu.h"

#if X86_KERNELS

#    include "common/endian.h"
#    include "transform/x86/fixed_lanes_avx512.h"

#    define AVX512 LANES512
#    define STEP FIXED_BLOCK_STEP512

/* The first half of each result is one group of the 32 elements in `a` and `b`, the second half the next. */
AVX512 static ALWAYS_INLINE void put_two(uint8_t *const *groups, unsigned first, unsigned count, size_t at,
                                         __m512i places, __m512i a, __m512i b)
{
    __m512i halves = _mm512_permutex2var_epi8(a, places, b);
    _mm256_storeu_si256((void *)(groups[first] + at), _mm512_castsi512_si256(halves));
    if (first + 1 < count)
        _mm256_storeu_si256((void *)(groups[first + 1] + at), _mm512_extracti64x4_epi64(halves, 1));
}

/* Returns the places of the top bytes of 32 elements, then those of the bytes below. */
AVX512 static ALWAYS_INLINE __m512i top_bytes(void)
{
    uint8_t places[64];
    for (unsigned i = 0; i < 64; i++)
        places[i] = (uint8_t)(4 * (i % 32) + 3 - i / 32);
    return _mm512_loadu_si512(places);
}

struct splitting {
    __m512i upper, lower; /* places of bytes */
    __m128i up;           /* the left shift that moves the first group to the top */
    __m512i tail;         /* the used bits of a last group that will be packed */
    unsigned whole;       /* the number of groups that are not packed */
};

AVX512 static ALWAYS_INLINE struct splitting plan_splitting(const struct fixed_layout *layout)
{
    const struct fixed_shape *shape = &layout->shape;
    __m512i upper = top_bytes();
    return (struct splitting){
        .upper = upper,
        .lower = _mm512_sub_epi8(upper, _mm512_set1_epi8(2)),
        .up = _mm_cvtsi32_si128((int)(8 * (4 - shape->groups) + shape->shift)),
        .tail = _mm512_set1_epi32((1 << (8 - shape->shift)) - 1),
        .whole = shape->groups - layout->is_packed,
    };
}

/* Writes the byte groups of 64 numbers. */
AVX512 static ALWAYS_INLINE void split(const struct splitting *how, __m512i numbers[4], bool is_packed,
                                       uint8_t *const *groups, size_t at)
{
    for (size_t k = 0; k < 4 && is_packed; k++)
        _mm_storeu_si128((void *)(groups[how->whole] + at + 16 * k),
                         _mm512_cvtepi32_epi8(_mm512_and_si512(numbers[k], how->tail)));
    for (size_t k = 0; k < 4; k++)
        numbers[k] = _mm512_sll_epi32(numbers[k], how->up);
    for (size_t k = 0; k < 4; k += 2) {
        put_two(groups, 0, how->whole, at + 16 * k, how->upper, numbers[k], numbers[k + 1]);
        if (how->whole > 2)
            put_two(groups, 2, how->whole, at + 16 * k, how->lower, numbers[k], numbers[k + 1]);
    }
}

/* Loads 64 elements as F32, with zeros for exceptions.  Returns a mask of the exceptions. */
AVX512 static ALWAYS_INLINE uint64_t load(enum fixed_type type, const struct fixed_lanes *lanes, const uint8_t *source,
                                          __m512i words[4])
{
    uint64_t exceptions = 0;
    for (unsigned k = 0; k < 4; k++) {
        words[k] = fixed_lanes_load(type, source + (type == FIXED_F32 ? 64 : 32) * k);
        exceptions |= (uint64_t)fixed_lanes_find(lanes, words[k]) << 16 * k;
    }
    for (unsigned k = 0; k < 4 && exceptions; k++)
        words[k] = _mm512_maskz_mov_epi32((__mmask16)(~exceptions >> 16 * k), words[k]);
    return exceptions;
}

/* Casts them, and writes the elements that a decoder will restore, including exceptions, to `restored`. */
AVX512 static ALWAYS_INLINE void cast(enum fixed_type type, bool floor, const struct fixed_lanes *lanes,
                                      __m512i words[4], uint64_t exceptions, const uint8_t *source, uint8_t *restored)
{
    const size_t step = type == FIXED_F32 ? 64 : 32;
    for (unsigned k = 0; k < 4; k++) {
        __m512 number;
        words[k] = fixed_lanes_cast(floor, lanes, words[k], &number);
        fixed_lanes_store(type, number, restored + step * k);
    }
    for (unsigned k = 0; k < 4 && exceptions; k++)
        fixed_lanes_keep(type, (__mmask16)(exceptions >> 16 * k), source + step * k, restored + step * k);
}

AVX512 static ALWAYS_INLINE size_t encode(enum fixed_type type, bool floor, const struct fixed_layout *layout,
                                          const uint8_t *source, size_t count, uint8_t *const *groups, uint8_t *signs,
                                          uint8_t *map, uint8_t *restored)
{
    const unsigned width = type == FIXED_F32 ? 4 : 2;
    const bool zigzag = layout->shape.form == FIXED_ZIGZAG, is_packed = layout->is_packed;
    const struct fixed_lanes lanes = fixed_lanes(&layout->fixed);
    const struct splitting how = plan_splitting(layout);
    size_t found = 0;
    for (size_t i = 0; i < count; i += STEP) {
        __m512i numbers[4];
        uint64_t negative = 0, exceptions = load(type, &lanes, source + width * i, numbers);
        cast(type, floor, &lanes, numbers, exceptions, source + width * i, restored + width * i);
        for (unsigned k = 0; k < 4; k++) {
            __m512i v = numbers[k];
            negative |= (uint64_t)_mm512_movepi32_mask(v) << 16 * k;
            numbers[k] =
                zigzag ? _mm512_xor_si512(_mm512_add_epi32(v, v), _mm512_srai_epi32(v, 31)) : _mm512_abs_epi32(v);
        }
        split(&how, numbers, is_packed, groups, i);
        store_word64(map + i / 8, exceptions);
        if (!zigzag)
            store_word64(signs + i / 8, negative);
        for (; exceptions; exceptions &= exceptions - 1)
            found++;
    }
    return found;
}

AVX512 size_t znn_fixed_encode_block_avx512(const struct fixed_layout *layout, const uint8_t *source, size_t count,
                                            uint8_t *const *groups, uint8_t *signs, uint8_t *map, uint8_t *restored)
{
    const enum fixed_type type = layout->fixed.type;
    if (type == FIXED_F32)
        return layout->fixed.floor ? encode(FIXED_F32, true, layout, source, count, groups, signs, map, restored)
                                   : encode(FIXED_F32, false, layout, source, count, groups, signs, map, restored);
    if (type == FIXED_F16)
        return layout->fixed.floor ? encode(FIXED_F16, true, layout, source, count, groups, signs, map, restored)
                                   : encode(FIXED_F16, false, layout, source, count, groups, signs, map, restored);
    return layout->fixed.floor ? encode(FIXED_BF16, true, layout, source, count, groups, signs, map, restored)
                               : encode(FIXED_BF16, false, layout, source, count, groups, signs, map, restored);
}

/* ---------------------------------------------------------------------------------------------------------------- */
/* And back                                                                                                         */
/* ---------------------------------------------------------------------------------------------------------------- */

/* Places in two registers that interleave bytes, or pairs of bytes, starting with the second register. */
struct merging {
    __m512i turns[2], pairs[2];
    __m128i down, tail_up;
    __m512i tail;
    unsigned groups;
};

AVX512 static ALWAYS_INLINE struct merging plan_merging(const struct fixed_layout *layout)
{
    const struct fixed_shape *shape = &layout->shape;
    struct merging how;
    uint8_t bytes[64];
    uint16_t words[32];
    for (unsigned i = 0; i < 64; i++)
        bytes[i] = (uint8_t)(i / 2 + (i % 2 ? 0 : 64));
    for (unsigned i = 0; i < 32; i++)
        words[i] = (uint16_t)(i / 2 + (i % 2 ? 0 : 32));
    how.turns[0] = _mm512_loadu_si512(bytes);
    how.turns[1] = _mm512_add_epi8(how.turns[0], _mm512_set1_epi8(32));
    how.pairs[0] = _mm512_loadu_si512(words);
    how.pairs[1] = _mm512_add_epi16(how.pairs[0], _mm512_set1_epi16(16));
    how.down = _mm_cvtsi32_si128((int)(8 * (4 - shape->groups) + shape->shift));
    how.tail_up = _mm_cvtsi32_si128((int)shape->shift);
    how.tail = _mm512_set1_epi8((char)(layout->is_packed ? 0xff << shape->shift & 0xff : 0xff));
    how.groups = shape->groups;
    return how;
}

/* Loads the 64 bytes of a group, as if it were not packed, or zeros if there is no such group. */
AVX512 static ALWAYS_INLINE __m512i load_group(const struct merging *how, bool is_packed, const uint8_t *const *groups,
                                               unsigned k, size_t at)
{
    if (k >= how->groups)
        return _mm512_setzero_si512();
    __m512i bytes = _mm512_loadu_si512(groups[k] + at);
    if (is_packed && k + 1 == how->groups)
        return _mm512_and_si512(_mm512_sll_epi16(bytes, how->tail_up), how->tail);
    return bytes;
}

/* Reads the numbers of 64 elements. */
AVX512 static ALWAYS_INLINE void merge(const struct merging *how, bool is_packed, const uint8_t *const *groups,
                                       size_t at, __m512i numbers[4])
{
    __m512i g[4];
    for (unsigned k = 0; k < 4; k++)
        g[k] = load_group(how, is_packed, groups, k, at);
    for (unsigned half = 0; half < 2; half++) {
        __m512i upper = _mm512_permutex2var_epi8(g[0], how->turns[half], g[1]);
        __m512i lower = _mm512_permutex2var_epi8(g[2], how->turns[half], g[3]);
        for (unsigned quarter = 0; quarter < 2; quarter++)
            numbers[2 * half + quarter] =
                _mm512_srl_epi32(_mm512_permutex2var_epi16(upper, how->pairs[quarter], lower), how->down);
    }
}

/* The limits of a type, as in fixed_restore32(). */
struct limits {
    bool bind; /* some numbers may exceed the limits */
    unsigned precision;
    __m512i coarse, longest;
};

AVX512 static ALWAYS_INLINE struct limits find_limits(enum fixed_type type, const struct fixed_layout *layout)
{
    const bool is_short = type == FIXED_F16;
    const unsigned bits = layout->fixed.bits, precision = float_layout(type).mantissa + 1;
    return (struct limits){
        .bind = is_short || 8 * layout->shape.groups - layout->shape.shift > precision,
        .precision = precision,
        .coarse = _mm512_set1_epi32(is_short && bits > 24 ? (1 << (bits - 24)) - 1 : 0),
        .longest = _mm512_set1_epi32(is_short && bits + 16 < 31 ? (1 << (bits + 16)) - 1 : INT32_MAX),
    };
}

/* Returns a mask of the magnitudes that no element has. */
AVX512 static ALWAYS_INLINE __mmask16 find_bad(const struct limits *limits, __m512i m)
{
    __m512i lowest = _mm512_and_si512(m, _mm512_sub_epi32(_mm512_setzero_si512(), m));
    __m512i below = _mm512_sub_epi32(lowest, _mm512_set1_epi32(1));
    return _mm512_cmpgt_epu32_mask(_mm512_srli_epi32(m, limits->precision), below) |
           _mm512_test_epi32_mask(m, limits->coarse) | _mm512_cmpgt_epu32_mask(m, limits->longest);
}

AVX512 static ALWAYS_INLINE bool decode(enum fixed_type type, bool zigzag, const struct fixed_layout *layout,
                                        const uint8_t *const *groups, const uint8_t *signs, size_t count,
                                        uint8_t *target)
{
    const unsigned width = type == FIXED_F32 ? 4 : 2;
    const struct merging how = plan_merging(layout);
    const struct limits limits = find_limits(type, layout);
    const __m512 down = _mm512_set1_ps(fixed_scale32(layout->fixed.bits));
    const __m512i one = _mm512_set1_epi32(1), zero = _mm512_setzero_si512();
    __mmask16 bad = 0;
    for (size_t i = 0; i < count; i += STEP) {
        __m512i numbers[4];
        merge(&how, layout->is_packed, groups, i, numbers);
        uint64_t negative = zigzag ? 0 : load_word64(signs + i / 8);
        for (unsigned k = 0; k < 4; k++) {
            __mmask16 sign = (__mmask16)(negative >> 16 * k);
            if (zigzag)
                sign = _mm512_test_epi32_mask(numbers[k], one);
            /* In zigzag, 2n - 1 stands for -n. */
            __m512i m = zigzag ? _mm512_mask_add_epi32(_mm512_srli_epi32(numbers[k], 1), sign,
                                                       _mm512_srli_epi32(numbers[k], 1), one)
                               : numbers[k];
            if (limits.bind)
                bad |= find_bad(&limits, m);
            __m512i v = _mm512_mask_sub_epi32(m, sign, zero, m);
            fixed_lanes_store(type, _mm512_mul_ps(_mm512_cvtepi32_ps(v), down), target + width * (i + 16 * k));
        }
    }
    return bad == 0;
}

AVX512 bool znn_fixed_decode_block_avx512(const struct fixed_layout *layout, const uint8_t *const *groups,
                                          const uint8_t *signs, size_t count, uint8_t *target)
{
    bool zigzag = layout->shape.form == FIXED_ZIGZAG;
    if (layout->fixed.type == FIXED_F32)
        return zigzag ? decode(FIXED_F32, true, layout, groups, signs, count, target)
                      : decode(FIXED_F32, false, layout, groups, signs, count, target);
    if (layout->fixed.type == FIXED_F16)
        return zigzag ? decode(FIXED_F16, true, layout, groups, signs, count, target)
                      : decode(FIXED_F16, false, layout, groups, signs, count, target);
    return zigzag ? decode(FIXED_BF16, true, layout, groups, signs, count, target)
                  : decode(FIXED_BF16, false, layout, groups, signs, count, target);
}

#endif

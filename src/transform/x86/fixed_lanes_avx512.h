/*
 * fixed_lanes_avx512.h - the fixed-point cast of 16 elements, for the kernels that go on with the integers
 *
 * As in fixed_avx2.c, x * 2^B is exact unless it is far below 1/2.  The rounding instruction states its own rounding,
 * regardless of the rounding mode, and everything after it is exact again.  Flushing subnormal numbers to zero would
 * matter only when rounding down.  So these numbers get the bit that makes them normal; they are still tiny.
 */
#ifndef ZNN_TRANSFORM_X86_FIXED_LANES_AVX512_H
#define ZNN_TRANSFORM_X86_FIXED_LANES_AVX512_H

#include "platform/cpu.h"

#if X86_KERNELS

#    include <immintrin.h>

#    include "transform/fixed_kernel.h"

/* Without optimization, gcc implements some intrinsics as macros, and warns about the casts in them. */
#    if defined(__GNUC__) && !defined(__clang__) && !defined(__OPTIMIZE__)
#        pragma GCC diagnostic ignored "-Wsign-conversion"
#    endif

#    define LANES512 __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,avx512vbmi")))

struct fixed_lanes {
    __m512 up, down;
    __m512i magnitude_bits, normal;
    __m512i last; /* the largest magnitude that is no exception */
    __m512i zero; /* an element that is also an exception; if there is none, one that is an exception anyway */
};

LANES512 static ALWAYS_INLINE struct fixed_lanes fixed_lanes(const struct fixed_point *fixed)
{
    const uint32_t too_large = (127 + fixed_length32(fixed) - fixed->bits) << 23;
    return (struct fixed_lanes){
        .up = _mm512_set1_ps((float)(UINT32_C(1) << fixed->bits)),
        .down = _mm512_set1_ps(fixed_scale32(fixed->bits)),
        .magnitude_bits = _mm512_set1_epi32(INT32_MAX),
        .normal = _mm512_set1_epi32(0x00800000),
        .last = _mm512_set1_epi32((int)((too_large < 0x7f800000 ? too_large : 0x7f800000) - 1)),
        .zero = _mm512_set1_epi32(fixed->exact_zero ? INT32_MIN : -1),
    };
}

/* Loads 16 elements as F32.  Every F16 and BF16 is also an F32. */
LANES512 static ALWAYS_INLINE __m512i fixed_lanes_load(enum fixed_type type, const uint8_t *source)
{
    if (type == FIXED_F32)
        return _mm512_loadu_si512(source);
    __m256i words = _mm256_loadu_si256((const void *)source);
    if (type == FIXED_F16)
        return _mm512_castps_si512(_mm512_cvtph_ps(words));
    return _mm512_slli_epi32(_mm512_cvtepu16_epi32(words), 16);
}

/* Stores 16 F32 in their type. */
LANES512 static ALWAYS_INLINE void fixed_lanes_store(enum fixed_type type, __m512 numbers, uint8_t *target)
{
    if (type == FIXED_F32)
        _mm512_storeu_ps(target, numbers);
    else if (type == FIXED_F16)
        _mm256_storeu_si256((void *)target, _mm512_cvtps_ph(numbers, _MM_FROUND_TO_ZERO | _MM_FROUND_NO_EXC));
    else
        _mm256_storeu_si256((void *)target, _mm512_cvtepi32_epi16(_mm512_srli_epi32(_mm512_castps_si512(numbers), 16)));
}

/* Copies the exceptions among 16 elements from `source` to `target`. */
LANES512 static ALWAYS_INLINE void fixed_lanes_keep(enum fixed_type type, __mmask16 exceptions, const uint8_t *source,
                                                    uint8_t *target)
{
    if (type == FIXED_F32)
        _mm512_mask_storeu_epi32(target, exceptions, _mm512_loadu_si512(source));
    else
        _mm256_mask_storeu_epi16(target, exceptions, _mm256_loadu_si256((const void *)source));
}

/* Returns a mask of the exceptions among 16 F32. */
LANES512 static ALWAYS_INLINE __mmask16 fixed_lanes_find(const struct fixed_lanes *lanes, __m512i words)
{
    __m512i magnitude = _mm512_and_si512(words, lanes->magnitude_bits);
    return _mm512_cmpgt_epi32_mask(magnitude, lanes->last) | _mm512_cmpeq_epi32_mask(words, lanes->zero);
}

/*
 * Returns the integers for 16 F32, none of them an exception.  Sets *restored to the F32 that these integers stand for.
 */
LANES512 static ALWAYS_INLINE __m512i fixed_lanes_cast(bool floor, const struct fixed_lanes *lanes, __m512i words,
                                                       __m512 *restored)
{
    if (floor) {
        __m512i magnitude = _mm512_and_si512(words, lanes->magnitude_bits);
        __mmask16 is_tiny =
            _mm512_cmpgt_epi32_mask(lanes->normal, magnitude) & _mm512_test_epi32_mask(magnitude, magnitude);
        words = _mm512_mask_or_epi32(words, is_tiny, words, lanes->normal);
    }
    __m512 scaled = _mm512_mul_ps(_mm512_castsi512_ps(words), lanes->up);
    __m512 rounded = floor ? _mm512_roundscale_ps(scaled, _MM_FROUND_TO_NEG_INF | _MM_FROUND_NO_EXC)
                           : _mm512_roundscale_ps(scaled, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
    __m512i integers = _mm512_cvttps_epi32(rounded);
    *restored = _mm512_mul_ps(_mm512_cvtepi32_ps(integers), lanes->down);
    return integers;
}

#endif

#endif

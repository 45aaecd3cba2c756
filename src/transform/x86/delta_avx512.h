/*
 * delta_avx512.h - makes contexts from numbers, and values from tokens and low bits, a vector at a time
 *
 * The low bits of a vector of values are at the same bit positions in every vector.  So one permutation brings to each
 * 64 bits of the vector the bytes with the low bits of its values.  Then one instruction extracts 8 bits for each byte
 * of the vector, each from its own bit position.
 *
 *     low bits, 3 of each      ..hhhggg fffeeedd dcccbbba aa......
 *     four values of 16 bits   ........ .....ddd ........ .....ccc ........ .....bbb ........ .....aaa
 */
#ifndef ZNN_TRANSFORM_X86_DELTA_AVX512_H
#define ZNN_TRANSFORM_X86_DELTA_AVX512_H

#include <stddef.h>
#include <stdint.h>

/*
 * Like znn_delta_contexts(), but only for the first numbers, of 2 or 4 bytes.  Returns the number of numbers done.
 */
size_t znn_delta_contexts_avx512(const uint8_t *base, size_t count, unsigned width, unsigned shift, uint8_t *contexts);

/* The most low bits per value that work for all values in 64 bits, from any bit of a byte on. */
#define DELTA_AVX512_SHIFT_16 14
#define DELTA_AVX512_SHIFT_32 28

/*
 * Make values of `width` bytes, 2 or 4, from the first tokens and their `shift` low bits.  The low bits start at bit
 * `start` of `low`, which has `size` bytes; `shift` is at least 1 and at most the maximum for the width.  Return the
 * number of values: a multiple of 8, and as many as possible without reading past the end.  The first function is for
 * values without low bits.
 */
size_t znn_delta_widen_avx512(const uint8_t *tokens, size_t count, unsigned width, void *values);
size_t znn_delta_values_avx512(const uint8_t *tokens, size_t count, unsigned width, unsigned shift, const uint8_t *low,
                               size_t size, unsigned start, void *values);

#endif

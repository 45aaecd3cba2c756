/*
 * delta_avx512.h - contexts of numbers, and values of tokens and low bits, many at a time
 *
 * The low bits of eight or so values lie within some bytes, at places of bits that come again with every vector: so one
 * permutation brings to each 64 bits of a vector the bytes that its values have their bits in, and one instruction
 * takes out of these as many rows of 8 bits, each from a place of its own, as there are bytes in the vector.
 *
 *     low bits, 3 of each      ..hhhggg fffeeedd dcccbbba aa......
 *     four values of 16 bits   ........ .....ddd ........ .....ccc ........ .....bbb ........ .....aaa
 */
#ifndef ZNN_TRANSFORM_X86_DELTA_AVX512_H
#define ZNN_TRANSFORM_X86_DELTA_AVX512_H

#include <stddef.h>
#include <stdint.h>

/*
 * As znn_delta_contexts() does, for the first of the numbers, of 2 or 4 bytes.  Returns how many that was.
 */
size_t znn_delta_contexts_avx512(const uint8_t *base, size_t count, unsigned width, unsigned shift, uint8_t *contexts);

/* The most low bits that all the values of 64 bits can have, from any place of a byte on. */
#define DELTA_AVX512_SHIFT_16 14
#define DELTA_AVX512_SHIFT_32 28

/*
 * Makes values of `width` bytes, 2 or 4, of the first tokens, and of their `shift` low bits, 1 to what is possible for
 * that width, which start at bit `start` of `low`, of which `size` bytes are there.  Returns how many that was: a
 * multiple of 8, and as many as can be made without reading behind the end.  The former does so where there are no low
 * bits.
 */
size_t znn_delta_widen_avx512(const uint8_t *tokens, size_t count, unsigned width, void *values);
size_t znn_delta_values_avx512(const uint8_t *tokens, size_t count, unsigned width, unsigned shift, const uint8_t *low,
                               size_t size, unsigned start, void *values);

#endif

/*
 * fixed_block_x86.h - turns blocks of floats into streams and back, with AVX-512
 *
 * Like the functions of fixed_block.h without a suffix, but only for whole vectors and for elements of up to 32 bits.
 * A last group that must be packed still has one byte per number.
 */
#ifndef ZNN_TRANSFORM_X86_FIXED_BLOCK_X86_H
#define ZNN_TRANSFORM_X86_FIXED_BLOCK_X86_H

#include "transform/fixed_block.h"

/* `count` must be a multiple of this. */
#define FIXED_BLOCK_STEP512 64

size_t znn_fixed_encode_block_avx512(const struct fixed_layout *layout, const uint8_t *source, size_t count,
                                     uint8_t *const *groups, uint8_t *signs, uint8_t *map, uint8_t *restored);
bool znn_fixed_decode_block_avx512(const struct fixed_layout *layout, const uint8_t *const *groups,
                                   const uint8_t *signs, size_t count, uint8_t *target);

#endif

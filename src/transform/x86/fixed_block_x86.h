/*
 * fixed_block_x86.h - blocks of floats to streams and back, for machines with AVX-512
 *
 * As the functions without a suffix, of fixed_block.h, but for whole vectors only, for elements of up to 32 bits, and
 * with a last group that is packed in a byte for each number still.
 */
#ifndef ZNN_TRANSFORM_X86_FIXED_BLOCK_X86_H
#define ZNN_TRANSFORM_X86_FIXED_BLOCK_X86_H

#include "transform/fixed_block.h"

/* `count` is a multiple of it. */
#define FIXED_BLOCK_STEP512 64

size_t znn_fixed_encode_block_avx512(const struct fixed_layout *layout, const uint8_t *source, size_t count,
                                     uint8_t *const *groups, uint8_t *signs, uint8_t *map, uint8_t *restored);
bool znn_fixed_decode_block_avx512(const struct fixed_layout *layout, const uint8_t *const *groups,
                                   const uint8_t *signs, size_t count, uint8_t *target);

#endif

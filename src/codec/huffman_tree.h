/*
 * huffman_tree.h - how a zstd frame describes a Huffman code (RFC 8878, 4.2.1)
 *
 * The code is canonical (huffman_code.h), so only lengths are stored, and those as weights: how much of the space of
 * codes a symbol takes.
 *
 *     weight = length ? longest + 1 - length : 0          a symbol of weight w takes 2^(w-1) of 2^longest
 *
 * Weights are listed from symbol 0 on.  The last one is left out, and so is `longest`: the weights must fill a power of
 * two, and the last one is what lacks.  The first byte says how the list is written:
 *
 *     0 to 127     compressed with FSE (huffman_weights.h) in so many bytes
 *     128 to 255   as it is, (byte - 127) weights, two to a byte, the first in the upper half
 */
#ifndef ZNN_CODEC_HUFFMAN_TREE_H
#define ZNN_CODEC_HUFFMAN_TREE_H

#include "codec/huffman_code.h"

#include <stddef.h>

#define HUFFMAN_TREE_SIZE_MAX 128

/*
 * Writes the shorter of the two descriptions and returns its size; 0 where the code has none (more than 128 weights
 * that FSE cannot bring below 128 bytes).  `thorough` spends some time on the last byte or two.
 */
size_t znn_huffman_tree_write(const struct huffman_code *code, bool thorough, uint8_t dst[HUFFMAN_TREE_SIZE_MAX]);

/*
 * Reads the description that src[0..size) begins with.  Returns its size, or 0 where it is not sound or has codes
 * of more than 11 bits.
 */
size_t znn_huffman_tree_read(struct huffman_code *code, const uint8_t *src, size_t size);

#endif

/*
 * huffman_tree.h - how a zstd frame describes a Huffman code (RFC 8878, 4.2.1)
 *
 * The code is canonical (huffman_code.h), so only lengths are stored.  They are stored as weights, which say how much
 * of the code space a symbol takes.
 *
 *     weight = length ? longest + 1 - length : 0          a symbol of weight w takes 2^(w-1) of 2^longest
 *
 * Weights are listed from symbol 0 on.  The list leaves out the last weight and `longest`: the weights must fill a
 * power of two, so a reader computes the last one from the gap.  The first byte says how the list is written:
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
 * Writes the shorter of the two descriptions and returns its size.  Returns 0 if the code cannot be described, that is,
 * if there are more than 128 weights and FSE needs more than 127 bytes.  `thorough` spends some time to save the last
 * byte or two.
 */
size_t znn_huffman_tree_write(const struct huffman_code *code, bool thorough, uint8_t dst[HUFFMAN_TREE_SIZE_MAX]);

/*
 * Reads the description at the start of src[0..size).  Returns its size, or 0 if it is invalid or has codes of more
 * than 11 bits.
 */
size_t znn_huffman_tree_read(struct huffman_code *code, const uint8_t *src, size_t size);

#endif

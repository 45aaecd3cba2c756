/*
 * huffman_weights.h - the lengths of a Huffman code, compressed
 *
 * Up to 255 small numbers (0 to 11: "weights", see huffman_tree.h) that say how long each symbol's code is.  They are
 * coded with FSE, the table form of asymmetric numeral systems (Duda, 2013), as RFC 8878 lays down in 4.1 and 4.2.1.2.
 *
 *     +---------------------------+------------------------------------------------------+
 *     | shares, read forwards     | bits, read backwards from the last byte's highest 1   |
 *     +---------------------------+------------------------------------------------------+
 *
 * FSE in a paragraph: each weight gets a share of a table of 32 or 64 cells, as large as it is common, its cells strewn
 * over the table.  A decoder's state is a cell: it names a weight, and how many bits to read and add to a base to find
 * the next cell.  A weight with half of the cells costs one bit, one with 3/64 costs log2(64/3): fractions of bits are
 * carried in the state.  The encoder walks the same path backwards, from the last weight to the first; hence the
 * bits that are read backwards.  Two states take turns, even weights to one and odd ones to the other.  There is no
 * count: the end is where a state wants more bits than are left.
 */
#ifndef ZNN_CODEC_HUFFMAN_WEIGHTS_H
#define ZNN_CODEC_HUFFMAN_WEIGHTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The format gives the compressed weights' size seven bits. */
#define HUFFMAN_WEIGHTS_SIZE_MAX 127

#define HUFFMAN_WEIGHTS_MAX 255

/*
 * Compresses weights[0..count), each at most 11, into dst[0..127).  Returns the size, or 0 where `count` is below 2 or
 * the result would be longer.  With `thorough`, several ways are tried, which mostly saves a byte or two.
 */
size_t znn_huffman_weights_write(const uint8_t *weights, unsigned count, bool thorough,
                                 uint8_t dst[HUFFMAN_WEIGHTS_SIZE_MAX]);

/*
 * Reads weights from the whole of src[0..size).  Returns how many there are, or 0 where the bytes are not sound, or
 * where they name a weight above 11.
 */
unsigned znn_huffman_weights_read(const uint8_t *src, size_t size, uint8_t weights[HUFFMAN_WEIGHTS_MAX]);

#endif

/*
 * huffman_weights.h - compresses the lengths of a Huffman code
 *
 * The input is up to 255 small numbers (0 to 11: "weights", see huffman_tree.h) that say how long each symbol's code
 * is.  They are coded with FSE, the table form of asymmetric numeral systems (Duda, 2013), as RFC 8878 specifies in 4.1
 * and 4.2.1.2.
 *
 *     +---------------------------+------------------------------------------------------+
 *     | shares, read forwards     | bits, read backwards from the last byte's highest 1   |
 *     +---------------------------+------------------------------------------------------+
 *
 * FSE in a paragraph: a table of 32 or 64 cells is divided among the weights, more cells for more common weights, and
 * the cells of a weight are scattered over the table.  A decoder's state is a cell.  The cell names a weight, the
 * number of bits to read, and a base; base plus bits is the next cell.  A weight with half of the cells costs one bit,
 * one with 3/64 costs log2(64/3): the state carries fractions of bits.  The encoder walks the same path backwards, from
 * the last weight to the first, so the decoder reads the bits backwards.  Two states take turns, one for even weights
 * and one for odd.  There is no count: the list ends when a state needs more bits than are left.
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
 * Compresses weights[0..count), each at most 11, into dst[0..127).  Returns the size, or 0 if `count` is below 2 or the
 * result would be longer.  With `thorough`, tries several encodings, which mostly saves a byte or two.
 */
size_t znn_huffman_weights_write(const uint8_t *weights, unsigned count, bool thorough,
                                 uint8_t dst[HUFFMAN_WEIGHTS_SIZE_MAX]);

/*
 * Reads weights from the whole of src[0..size).  Returns their number, or 0 if the bytes are invalid or name a weight
 * above 11.
 */
unsigned znn_huffman_weights_read(const uint8_t *src, size_t size, uint8_t weights[HUFFMAN_WEIGHTS_MAX]);

#endif

/*
 * huffman_frame.h - the shape of a zstd frame that is all Huffman codes (RFC 8878, chapter 3)
 *
 * zstd finds repeated strings first and codes what is left ("literals") with a Huffman code.  Numbers from weights
 * have no repeated strings, but skewed bytes.  A frame whose blocks hold literals and no strings is legal, any zstd
 * decodes it, and znn writes and reads it much faster than a general frame.
 *
 *     +-------------+---+--------------+---------------+-------+-------+-----+
 *     | 28 B5 2F FD | D | window (0,1) | size (1 to 8) | block | block | ... |
 *     +-------------+---+--------------+---------------+-------+-------+-----+
 *
 *     D:  7-6 width of size (1, 2, 4, 8; 2-byte sizes count from 256)   5 "single segment": no window byte
 *         4 -   3 zero   2 checksum follows   1-0 dictionary id follows
 *         (if bit 5 is not set, width 1 means that there is no size)
 *     window: exponent << 3 | mantissa, (8 + mantissa) << (exponent + 7) bytes
 *
 * A block opens with three bytes: bit 0 "last block", bits 2-1 kind, then a size.
 *
 *     raw         size bytes
 *     RLE         one byte, repeated size times
 *     compressed  size bytes, which expand to at most 128 KiB or the window, whichever is less:
 *
 *         +------------------+-----------------------------+---+
 *         | literals' header | literals                    | 0 |      0: no strings follow ("sequences")
 *         +------------------+-----------------------------+---+
 *
 * The literals' header is a little-endian number: bits 1-0 kind, bits 3-2 format, then sizes.
 *
 *     kind 0 raw, 1 RLE         format 0 or 2 (one bit): size of 5 bits   1: of 12 bits   3: of 20 bits
 *     kind 2 with a code,       format 0: one stream, two sizes of 10 bits (expanded, then compressed)
 *          3 treeless: with     1, 2, 3: four streams, sizes of 10, 14, 18 bits
 *            the last code
 *
 *     +----------------------------------+---------------------------+----------+----------+----------+----------+
 *     | code: huffman_tree.h, for kind 2 | 3 sizes of 2 bytes, for 4 | stream 1 | stream 2 | stream 3 | stream 4 |
 *     +----------------------------------+---------------------------+----------+----------+----------+----------+
 *
 * Each of four streams holds a quarter of the literals, rounded up; the last one less.  A stream is read backwards: its
 * last byte's highest set bit is a mark, and the bits below are the first symbol's code, highest bit first.
 */
#ifndef ZNN_CODEC_HUFFMAN_FRAME_H
#define ZNN_CODEC_HUFFMAN_FRAME_H

#include <stdint.h>

#define ZSTD_FRAME_MAGIC UINT32_C(0xfd2fb528)
#define ZSTD_BLOCK_SIZE_MAX ((size_t)1 << 17)
#define ZSTD_BLOCK_HEADER_SIZE 3

#define ZSTD_FRAME_SINGLE_SEGMENT 0x20
#define ZSTD_FRAME_RESERVED 0x08
#define ZSTD_FRAME_CHECKSUM 0x04
#define ZSTD_FRAME_DICTIONARY 0x03
#define ZSTD_WINDOW_128K 0x38

enum zstd_block { ZSTD_BLOCK_RAW, ZSTD_BLOCK_RLE, ZSTD_BLOCK_COMPRESSED, ZSTD_BLOCK_RESERVED };

enum zstd_literals { ZSTD_LITERALS_RAW, ZSTD_LITERALS_RLE, ZSTD_LITERALS_HUFFMAN, ZSTD_LITERALS_TREELESS };

#define ZSTD_JUMP_TABLE_SIZE 6

#endif

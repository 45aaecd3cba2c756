/*
 * huffman_pack.h - turns symbols into bits: the loop that takes half of the compression time
 *
 * The packer looks up the codes of two symbols at once.  A table of 65536 entries, one for each pair of bytes, gives
 * both codes joined and their length.  The entry's layout needs the fewest instructions to join (the trick is zstd's):
 * the code is at the top of 64 bits and its length is in the lowest byte.
 *
 *     63                                                        7       0
 *     | code of 1st symbol | code of 2nd | 0 ................. | length |
 *
 * Bits are collected at the top as well.  To add an entry, shift the collected bits down by `length` and OR the entry
 * in.  A processor uses only the lowest six bits of a shift count, so the entry itself is the count.  To sum the
 * lengths, add whole entries.  Garbage gathers at the bottom, where nothing reads it, and drops out at the end.
 *
 * The packer writes a stream from its last symbol to its first.  A reader goes backwards, so it meets the first symbol
 * first.
 */
#ifndef ZNN_CODEC_HUFFMAN_PACK_H
#define ZNN_CODEC_HUFFMAN_PACK_H

#include "codec/huffman_code.h"
#include "codec/x86/huffman_pack_avx512.h"

#include <stddef.h>

/* A store may overwrite this many bytes after the end of a stream. */
#define HUFFMAN_PACK_SLACK 8

/* How symbols are looked up: one by one, by pairs, or many at once with instructions that not every machine has. */
enum huffman_packing { HUFFMAN_PACK_SINGLE, HUFFMAN_PACK_PAIRS, HUFFMAN_PACK_VECTORS };

struct huffman_packer {
    enum huffman_packing packing;
    uint8_t *(*kernel)(const struct huffman_bytes *bytes, const uint64_t single[256], unsigned group,
                       const uint8_t *src, size_t size, uint8_t *dst); /* for HUFFMAN_PACK_VECTORS, or NULL */
    unsigned group; /* symbols that are collected before bits are stored */
    uint64_t single[256];
    uint64_t pairs[65536];      /* entries of symbols that do not occur are not written and never read */
    struct huffman_bytes bytes; /* made for HUFFMAN_PACK_VECTORS only, as pairs[] is for HUFFMAN_PACK_PAIRS */
};

/*
 * Prepares to pack data with these counts.  Each symbol that occurs must have a code.
 */
void znn_huffman_packer_make(struct huffman_packer *packer, const struct huffman_code *code,
                             const uint32_t counts[256]);

/*
 * Packs src[0..size) as one stream at `dst` and returns the end of the stream.  The stream takes (bits of all codes) /
 * 8 + 1 bytes, and up to HUFFMAN_PACK_SLACK bytes after it are overwritten.
 */
uint8_t *znn_huffman_pack(const struct huffman_packer *packer, const uint8_t *src, size_t size, uint8_t *dst);

#endif

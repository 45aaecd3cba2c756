/*
 * huffman_pack.h - symbols to bits: the loop that compression spends half of its time in
 *
 * Codes are looked up for two symbols at once: 65536 entries, one for each pair of bytes, give both codes joined and
 * their length.  An entry is made such that joining takes the fewest instructions (the trick is zstd's): the code
 * stands at the top of 64 bits and its length in the lowest byte.
 *
 *     63                                                        7       0
 *     | code of 1st symbol | code of 2nd | 0 ................. | length |
 *
 * Bits are collected at the top as well.  To put an entry on: shift what was collected down by `length` (a machine
 * looks only at a shift count's lowest six bits, so the entry itself is the count) and OR the entry in; sum up the
 * lengths by adding whole entries.  Rubbish gathers at the bottom, where nobody looks, and drops out at the end.
 *
 * A stream is written from its last symbol to its first, so that a reader, which goes backwards, meets the first
 * symbol first.
 */
#ifndef ZNN_CODEC_HUFFMAN_PACK_H
#define ZNN_CODEC_HUFFMAN_PACK_H

#include "codec/huffman_code.h"
#include "codec/x86/huffman_pack_avx512.h"

#include <stddef.h>

/* A store may touch this many bytes beyond the end of a stream. */
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
 * Gets ready to pack data with these counts, of which each symbol has a code.
 */
void znn_huffman_packer_make(struct huffman_packer *packer, const struct huffman_code *code,
                             const uint32_t counts[256]);

/*
 * Writes src[0..size) as one stream to `dst` and returns its end.  It takes (bits of all codes) / 8 + 1 bytes, and up
 * to HUFFMAN_PACK_SLACK more are overwritten.
 */
uint8_t *znn_huffman_pack(const struct huffman_packer *packer, const uint8_t *src, size_t size, uint8_t *dst);

#endif

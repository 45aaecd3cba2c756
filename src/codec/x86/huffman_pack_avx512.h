/*
 * huffman_pack_avx512.h - symbols to bits, 64 at a time
 *
 * Tables of 256 bytes fit into four registers, and one instruction looks 64 bytes up in two of them.  So codes (in two
 * halves) and lengths of 64 symbols are there at once, and are then joined, neighbours with neighbours: two codes of at
 * most 11 bits in 32, two of those in 64, and, where codes are short, twice more.  The later symbol's bits stand below.
 *
 *     16 bits     |     a     |     b     |     c     |     d     |
 *     32 bits     |          a b          |          c d          |
 *     64 bits     |                    a b c d                    |
 *
 * What comes out, groups of 4, 8 or 16 symbols, is put on by the sink one after the other.
 */
#ifndef ZNN_CODEC_X86_HUFFMAN_PACK_AVX512_H
#define ZNN_CODEC_X86_HUFFMAN_PACK_AVX512_H

#include <stddef.h>
#include <stdint.h>

/*
 * A code, as bytes to look up: each symbol's string, lower 8 and upper 3 bits, and its length.
 */
struct huffman_bytes {
    uint8_t low[256], high[256], length[256];
};

/* A larger group takes fewer stores, but must mostly have at most these many bits. */
#define HUFFMAN_AVX512_GROUP_BITS 56

/*
 * As znn_huffman_pack() does, with codes from `bytes`, and from single[] (huffman_sink.h) for what does not fill 64
 * symbols or fit into a group.  `group` is 4, 8 or 16.
 */
uint8_t *znn_huffman_pack_avx512(const struct huffman_bytes *bytes, const uint64_t single[256], unsigned group,
                                 const uint8_t *src, size_t size, uint8_t *dst);

#endif

/*
 * kernels.h - the loops of this room that exist in vector instructions, too
 *
 * As transform/kernels.h: a member is NULL if this machine has no such kernel.
 */
#ifndef ZNN_CODEC_KERNELS_H
#define ZNN_CODEC_KERNELS_H

#include <stddef.h>
#include <stdint.h>

struct huffman_bytes;

struct codec_kernels {
    /* Counts bytes that are nearly all in one or two small ranges.  See x86/histogram_avx512.h. */
    void (*histogram)(const uint8_t *data, size_t size, uint8_t first, unsigned ranges, uint32_t counts[256]);

    /* Symbols to bits.  See x86/huffman_pack_avx512.h. */
    uint8_t *(*huffman_pack)(const struct huffman_bytes *bytes, const uint64_t single[256], unsigned group,
                             const uint8_t *src, size_t size, uint8_t *dst);
};

/*
 * Those for this machine.
 */
const struct codec_kernels *znn_codec_kernels(void);

#endif

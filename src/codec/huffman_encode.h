/*
 * huffman_encode.h - writes zstd frames that are all Huffman codes
 *
 * The frames (huffman_frame.h) decode with any zstd.  Against what libzstd itself makes of literals they are a little
 * smaller, since lengths are optimal and codes are shared between blocks where that pays, and made two to three times
 * as fast.  What comes out depends on the input alone.
 */
#ifndef ZNN_CODEC_HUFFMAN_ENCODE_H
#define ZNN_CODEC_HUFFMAN_ENCODE_H

#include "codec/histogram.h"
#include "codec/huffman_pack.h"
#include "codec/huffman_plan.h"

/* A block of 128 KiB and some, where output is made that might not fit. */
#define HUFFMAN_SCRATCH_SIZE ((1 << 17) + 2 * HUFFMAN_PACK_SLACK)

/*
 * All that the encoder works with, some 1 MiB: allocate one for each thread, make it ready once, use it for any number
 * of frames.
 */
struct huffman_encoder {
    struct histogram_room room;
    struct huffman_plan plan;
    struct huffman_packer packer;
    uint8_t scratch[HUFFMAN_SCRATCH_SIZE];
};

void znn_huffman_encoder_init(struct huffman_encoder *encoder);

/*
 * Compresses src[0..size) into one frame at dst[0..capacity).  Returns the frame's size, or 0 where the frame would not
 * be smaller than `size`, or would not fit; `dst` holds rubbish then.  Hence a capacity of `size` is always enough.
 */
size_t znn_huffman_frame_encode(struct huffman_encoder *encoder, const uint8_t *src, size_t size, uint8_t *dst,
                                size_t capacity);

/*
 * How many bytes each block of a frame of `size` bytes stands for, but for the last one, which may have fewer.
 *
 * Readers work on the four streams of a block at once, znn's on those of two blocks: so blocks are even in number and
 * about equal.  And if the places that streams are decoded to lay a multiple of 4096 bytes apart, as quarters of 128
 * KiB do, they would drive each other out of the fastest cache: so a quarter is an odd number of cache lines.
 */
size_t znn_huffman_block_size(size_t size);

#endif

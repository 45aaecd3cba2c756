/*
 * huffman_encode.h - writes zstd frames that hold only Huffman codes
 *
 * Any zstd decodes these frames (huffman_frame.h).  They are a little smaller than libzstd's own literals, because code
 * lengths are optimal and blocks share a code if sharing pays.  They are made two to three times as fast.  The output
 * depends only on the input.
 */
#ifndef ZNN_CODEC_HUFFMAN_ENCODE_H
#define ZNN_CODEC_HUFFMAN_ENCODE_H

#include "codec/histogram.h"
#include "codec/huffman_pack.h"
#include "codec/huffman_plan.h"

/* Space for a block of 128 KiB that might not fit into the output. */
#define HUFFMAN_SCRATCH_SIZE ((1 << 17) + 2 * HUFFMAN_PACK_SLACK)

/*
 * The encoder's memory, about 1 MiB.  Allocate one for each thread, initialize it once, and use it for any number of
 * frames.
 */
struct huffman_encoder {
    struct histogram_room room;
    struct huffman_plan plan;
    struct huffman_packer packer;
    uint8_t scratch[HUFFMAN_SCRATCH_SIZE];
};

void znn_huffman_encoder_init(struct huffman_encoder *encoder);

/*
 * Compresses src[0..size) into one frame at dst[0..capacity).  Returns the size of the frame, or 0 if the frame would
 * not be smaller than `size` or would not fit; the contents of `dst` are then undefined.  So a capacity of `size` is
 * always enough.
 */
size_t znn_huffman_frame_encode(struct huffman_encoder *encoder, const uint8_t *src, size_t size, uint8_t *dst,
                                size_t capacity);

/*
 * Returns the number of bytes in each block of a frame of `size` bytes.  The last block may have fewer.
 *
 * Readers work on the four streams of a block at once, and znn's reader on the streams of two blocks.  So the number of
 * blocks is even, and the blocks are about equal.  If the outputs of the streams were a multiple of 4096 bytes apart,
 * as quarters of 128 KiB are, they would evict each other from the fastest cache.  So a quarter is an odd number of
 * cache lines.
 */
size_t znn_huffman_block_size(size_t size);

#endif

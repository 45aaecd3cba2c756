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

/*
 * All that the encoder works with, some 800 KiB: allocate one for each thread, make it ready once, use it for any
 * number of frames.
 */
struct huffman_encoder {
    struct histogram_room room;
    struct huffman_plan plan;
    struct huffman_packer packer;
};

void znn_huffman_encoder_init(struct huffman_encoder *encoder);

/*
 * The capacity that a frame of `size` bytes needs while it is written, whatever its size in the end.
 */
size_t znn_huffman_frame_bound(size_t size);

/*
 * Compresses src[0..size) into one frame.  Returns the frame's size, which is below `size`, or 0 where the frame would
 * not be smaller than that, or where `capacity` is below znn_huffman_frame_bound(size); `dst` holds rubbish then.
 */
size_t znn_huffman_frame_encode(struct huffman_encoder *encoder, const uint8_t *src, size_t size, uint8_t *dst,
                                size_t capacity);

#endif

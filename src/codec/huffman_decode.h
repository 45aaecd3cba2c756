/*
 * huffman_decode.h - reads zstd frames that are all Huffman codes
 *
 * libzstd reads them as well, at half the speed.  This reader understands nothing else, and says nothing about what it
 * does not understand: whatever is not exactly the shape that huffman_frame.h describes, be it legal or damaged, is
 * "foreign", and libzstd is to judge.  What it does decode, libzstd decodes to the same bytes.
 */
#ifndef ZNN_CODEC_HUFFMAN_DECODE_H
#define ZNN_CODEC_HUFFMAN_DECODE_H

#include "codec/huffman_unpack.h"

enum huffman_verdict {
    HUFFMAN_DECODED, /* the whole frame, to exactly `size` bytes */
    HUFFMAN_FOREIGN, /* ask libzstd; dst[0..size) holds rubbish */
};

/*
 * All that the decoder works with, some 66 KiB: allocate one for each thread, use it for any number of frames.  It need
 * not be set to anything.
 */
struct huffman_decoder {
    struct huffman_lookup lookups[2];
    struct huffman_lookup_room room;
};

/*
 * Somebody who goes on with what has been decoded while it is still in the cache: called now and then with how many
 * bytes from the start of dst are there for good, unless the verdict turns out to be HUFFMAN_FOREIGN.
 */
struct frame_watcher {
    void (*ready)(void *context, size_t size);
    void *context;
};

/*
 * `watcher` may be NULL.
 */
enum huffman_verdict znn_huffman_frame_decode(struct huffman_decoder *decoder, const uint8_t *frame, size_t frame_size,
                                              uint8_t *dst, size_t size, const struct frame_watcher *watcher);

#endif

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
 * Somebody who takes what has been decoded while it is still in the cache, so that the same place serves for what comes
 * next.  take() is called with bytes that follow those that have been taken, and returns how many of them it took; the
 * others are presented again, with more behind them.  restart() is for whoever decodes a foreign frame after all: what
 * was taken is void, and the first bytes will come again.  He will look at the rows of `ahead`, which he keeps up to
 * date, as he takes; with a count of 0 at nothing that matters.
 */
struct frame_watcher {
    size_t (*take)(void *context, const uint8_t *data, size_t size);
    void (*restart)(void *context);
    void *context;
    const struct huffman_ahead *ahead;
};

/*
 * `watcher` may be NULL; dst[0..size) is rubbish after a call with one.  He has to forget all that he took if the
 * verdict is HUFFMAN_FOREIGN.
 */
enum huffman_verdict znn_huffman_frame_decode(struct huffman_decoder *decoder, const uint8_t *frame, size_t frame_size,
                                              uint8_t *dst, size_t size, const struct frame_watcher *watcher);

#endif

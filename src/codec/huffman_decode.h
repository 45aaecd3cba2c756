/*
 * huffman_decode.h - reads zstd frames that hold only Huffman codes
 *
 * libzstd reads these frames as well, at half the speed.  This reader knows only the shape that huffman_frame.h
 * describes.  It calls every other frame "foreign", legal or damaged, and leaves the decision to libzstd.  If it
 * decodes a frame, libzstd decodes it to the same bytes.
 */
#ifndef ZNN_CODEC_HUFFMAN_DECODE_H
#define ZNN_CODEC_HUFFMAN_DECODE_H

#include "codec/huffman_unpack.h"

enum huffman_verdict {
    HUFFMAN_DECODED, /* the whole frame was decoded to exactly `size` bytes */
    HUFFMAN_FOREIGN, /* ask libzstd; the contents of dst[0..size) are undefined */
};

/*
 * The decoder's memory, about 66 KiB.  Allocate one for each thread and use it for any number of frames.  It needs no
 * initialization.
 */
struct huffman_decoder {
    struct huffman_lookup lookups[2];
    struct huffman_lookup_room room;
};

/*
 * A watcher takes decoded bytes while they are still in the cache, so that the decoder can reuse the space.  take()
 * gets bytes that follow those already taken, and returns how many of them it took.  The next call presents the rest
 * again, with more bytes after them.  restart() tells the watcher to discard all bytes it took: libzstd decodes the
 * frame from the start.
 *
 * The watcher keeps `ahead` up to date while it takes bytes: it lists the rows that the watcher reads next.  If reading
 * ahead does not help, the count is 0.
 */
struct frame_watcher {
    size_t (*take)(void *context, const uint8_t *data, size_t size);
    void (*restart)(void *context);
    void *context;
    const struct huffman_ahead *ahead;
};

/*
 * Decodes `frame` to dst[0..size).  `watcher` may be NULL.  After a call with a watcher, the contents of dst[0..size)
 * are undefined.  If the result is HUFFMAN_FOREIGN, the watcher must discard all bytes it took.
 */
enum huffman_verdict znn_huffman_frame_decode(struct huffman_decoder *decoder, const uint8_t *frame, size_t frame_size,
                                              uint8_t *dst, size_t size, const struct frame_watcher *watcher);

#endif

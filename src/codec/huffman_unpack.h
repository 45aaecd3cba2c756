/*
 * huffman_unpack.h - turns bits into symbols: the loop that takes most of the decompression time
 *
 * A stream (huffman_frame.h) is read backwards.  `window` holds 64 of its bits.  Used bits are shifted out at the top.
 * The lowest bit is replaced by a 1 that moves up with each shift, so the number of zeros below it is the number of
 * used bits.  `next` is the address that the window was loaded from.
 *
 *     start                   next                 next + 8
 *       |                       |                      |
 *       v                       v                      v
 *     | bits to come ...........|.... window  .........|  used already
 *                                1<- zeros: used bits
 *
 * Each look-up must wait for the previous one in its stream: shift, load, shift, about seven cycles.  So the four
 * streams of a block, or the eight of two blocks, take turns.
 */
#ifndef ZNN_CODEC_HUFFMAN_UNPACK_H
#define ZNN_CODEC_HUFFMAN_UNPACK_H

#include "codec/huffman_lookup.h"

#include <stddef.h>

/* The reader may load this many bytes before the start of a stream, but they do not affect the result. */
#define HUFFMAN_UNPACK_BEFORE 8

struct huffman_stream {
    const uint8_t *start, *next;
    uint64_t window;
    uint8_t *out, *end;
};

/*
 * Prepares to read src[0..size) into out[0..count).  Returns false if the stream has no end mark.
 */
bool znn_huffman_stream_open(struct huffman_stream *stream, const uint8_t *src, size_t size, uint8_t *out,
                             size_t count);

/* Memory that the caller reads next. */
#define HUFFMAN_AHEAD_MAX 8

struct huffman_ahead {
    const uint8_t *at[HUFFMAN_AHEAD_MAX]; /* rows with one byte for each symbol */
    unsigned count;
};

/*
 * Reads `count` streams: 1, 4 or 8.  The first four use the code `a`, the others the code `b`.  With `wide`, the wide
 * tables of both must be made.  Returns false if a stream does not end exactly with its symbols.  Never writes outside
 * of the streams' output.
 *
 * Reading eight streams is limited by computation and hardly uses memory.  In the meantime, the rows of `ahead` (or
 * NULL) are fetched into the cache.
 */
bool znn_huffman_unpack(struct huffman_stream *streams, unsigned count, const struct huffman_lookup *a,
                        const struct huffman_lookup *b, bool wide, const struct huffman_ahead *ahead);

#endif

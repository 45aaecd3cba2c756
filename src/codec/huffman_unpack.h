/*
 * huffman_unpack.h - bits to symbols: the loop that decompression spends its time in
 *
 * A stream (huffman_frame.h) is read backwards.  `window` holds 64 bits of it, those that were used shifted out at the
 * top, and in place of its lowest bit a 1: it wanders upwards with each shift, so that the zeros below it count what
 * was used.  `next` is where the window was loaded from.
 *
 *     start                   next                 next + 8
 *       |                       |                      |
 *       v                       v                      v
 *     | bits to come ...........|.... window  .........|  used already
 *                                1<- zeros: used bits
 *
 * One look-up must wait for the one before it in its stream: shift, load, shift, some seven cycles.  So four streams of
 * a block, or eight of two blocks, take turns.
 */
#ifndef ZNN_CODEC_HUFFMAN_UNPACK_H
#define ZNN_CODEC_HUFFMAN_UNPACK_H

#include "codec/huffman_lookup.h"

#include <stddef.h>

/* So many bytes before the start of a stream are looked at, though they change nothing. */
#define HUFFMAN_UNPACK_BEFORE 8

struct huffman_stream {
    const uint8_t *start, *next;
    uint64_t window;
    uint8_t *out, *end;
};

/*
 * Gets ready to read src[0..size) into out[0..count).  False where there is no mark that the stream could end with.
 */
bool znn_huffman_stream_open(struct huffman_stream *stream, const uint8_t *src, size_t size, uint8_t *out,
                             size_t count);

/* What will be looked at next. */
#define HUFFMAN_AHEAD_MAX 8

struct huffman_ahead {
    const uint8_t *at[HUFFMAN_AHEAD_MAX]; /* rows of bytes, of as many as there are symbols */
    unsigned count;
};

/*
 * Reads `count` streams: 1, 4 or 8, of which the first four are of the code `a` and the others of the code `b`.  With
 * `wide`, both have their wide tables.  False where a stream does not end exactly where its symbols do; nothing is
 * written outside of the streams' output in any case.
 *
 * While eight streams are read, which has the machine compute but hardly touch its memory, the rows of `ahead` (or
 * NULL) are fetched into its caches.
 */
bool znn_huffman_unpack(struct huffman_stream *streams, unsigned count, const struct huffman_lookup *a,
                        const struct huffman_lookup *b, bool wide, const struct huffman_ahead *ahead);

#endif

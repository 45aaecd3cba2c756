/*
 * frame_stream.h - Zstandard frames in pieces
 *
 * For tables that may be too large to hold, the index's: written and read as one frame each, a piece at a time.
 */
#ifndef ZNN_CODEC_FRAME_STREAM_H
#define ZNN_CODEC_FRAME_STREAM_H

#include <stddef.h>
#include <stdint.h>
#include <zstd.h>

#include "common/buffer.h"
#include "common/error.h"

/*
 * Writes one frame to a buffer.
 */
struct frame_writer {
    ZSTD_CCtx *context;
    struct buffer *out; /* the caller's; the frame is appended to it */
    bool failed;        /* memory ran out */
};

/*
 * Starts a frame of `size` bytes.  False where memory ran out, then and with the others.
 */
bool znn_frame_writer_open(struct frame_writer *writer, int level, uint64_t size, struct buffer *out);
bool znn_frame_writer_write(struct frame_writer *writer, const void *data, size_t size);
bool znn_frame_writer_finish(struct frame_writer *writer);
void znn_frame_writer_close(struct frame_writer *writer);

/*
 * Reads one frame from pieces.
 */
struct frame_reader {
    ZSTD_DCtx *context;
    uint64_t size; /* decoded bytes so far */
    bool started;  /* the start of the frame has been looked at */
    bool ended;    /* the frame is complete */
    uint8_t *piece;
};

/*
 * Receives decoded bytes.
 */
typedef enum znn_status frame_sink(void *context, const uint8_t *data, size_t size);

bool znn_frame_reader_open(struct frame_reader *reader);

/*
 * Takes the next bytes of the frame, the first time at least 18 or all, and hands what they decode to, in pieces, to
 * `sink`, whose error is passed on.  ZNN_ERROR_CORRUPT where they are no valid frame that states its content size, or
 * go on behind its end.
 */
enum znn_status znn_frame_reader_feed(struct frame_reader *reader, const uint8_t *data, size_t size, frame_sink *sink,
                                      void *context, struct znn_error *error);

void znn_frame_reader_close(struct frame_reader *reader);

#endif

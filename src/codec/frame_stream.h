/*
 * frame_stream.h - Zstandard frames, piece by piece
 *
 * For tables of the index, which may be too large to hold in memory.  Each table is one frame.
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
    struct buffer *out; /* owned by the caller; the frame is appended */
    bool failed;        /* memory ran out */
};

/*
 * Starts a frame of `size` bytes.  This and the next two functions return false if memory ran out.
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
    bool started;  /* the start of the frame has been checked */
    bool ended;    /* the frame is complete */
    uint8_t *piece;
};

/*
 * Receives decoded bytes.
 */
typedef enum znn_status frame_sink(void *context, const uint8_t *data, size_t size);

bool znn_frame_reader_open(struct frame_reader *reader);

/*
 * Decodes the next bytes of the frame and passes the decoded bytes to `sink` in pieces.  The first call must bring at
 * least 18 bytes or the whole frame.  Returns the error of `sink`, or ZNN_ERROR_CORRUPT if the bytes are not a valid
 * frame with a stated content size or continue past its end.
 */
enum znn_status znn_frame_reader_feed(struct frame_reader *reader, const uint8_t *data, size_t size, frame_sink *sink,
                                      void *context, struct znn_error *error);

void znn_frame_reader_close(struct frame_reader *reader);

#endif

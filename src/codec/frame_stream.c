/*
 * frame_stream.c - Zstandard frames, piece by piece
 */
#include "codec/frame_stream.h"

#include "common/bytes.h"
#include "common/memory.h"

#define PIECE ((size_t)64 << 10)

/* 8 MiB: the largest window that a decoder must be ready to hold. */
#define WINDOW_LOG_MAX 23

bool znn_frame_writer_open(struct frame_writer *writer, int level, uint64_t size, struct buffer *out)
{
    *writer = (struct frame_writer){.context = ZSTD_createCCtx(), .out = out};
    if (!writer->context)
        return false;
    ZSTD_CCtx_setParameter(writer->context, ZSTD_c_compressionLevel, level);
    ZSTD_CCtx_setPledgedSrcSize(writer->context, size);
    return true;
}

static bool run_writer(struct frame_writer *writer, const void *data, size_t size, ZSTD_EndDirective directive)
{
    ZSTD_inBuffer in = {data, size, 0};
    size_t left = 1;
    while (!writer->failed && (in.pos < in.size || (directive == ZSTD_e_end && left > 0))) {
        struct buffer *out = writer->out;
        if (!znn_buffer_reserve(out, PIECE)) {
            writer->failed = true;
            break;
        }
        ZSTD_outBuffer target = {out->data + out->size, out->capacity - out->size, 0};
        left = ZSTD_compressStream2(writer->context, &target, &in, directive);
        out->size += target.pos;
        writer->failed = ZSTD_isError(left);
    }
    return !writer->failed;
}

bool znn_frame_writer_write(struct frame_writer *writer, const void *data, size_t size)
{
    return run_writer(writer, data, size, ZSTD_e_continue);
}

bool znn_frame_writer_finish(struct frame_writer *writer)
{
    return run_writer(writer, NULL, 0, ZSTD_e_end);
}

void znn_frame_writer_close(struct frame_writer *writer)
{
    ZSTD_freeCCtx(writer->context);
}

bool znn_frame_reader_open(struct frame_reader *reader)
{
    *reader = (struct frame_reader){.context = ZSTD_createDCtx(), .piece = znn_allocate(PIECE)};
    if (!reader->context || !reader->piece) {
        znn_frame_reader_close(reader);
        return false;
    }
    ZSTD_DCtx_setParameter(reader->context, ZSTD_d_windowLogMax, WINDOW_LOG_MAX);
    return true;
}

/* Accepts only frames of RFC 8878 with a stated size.  libzstd also accepts skippable frames, and some builds older
 * ones. */
static bool is_start_of_frame(const uint8_t *data, size_t size)
{
    if (size < 4 || load_le32(data) != ZSTD_MAGICNUMBER)
        return false;
    unsigned long long stated = ZSTD_getFrameContentSize(data, size);
    return stated != ZSTD_CONTENTSIZE_UNKNOWN && stated != ZSTD_CONTENTSIZE_ERROR;
}

enum znn_status znn_frame_reader_feed(struct frame_reader *reader, const uint8_t *data, size_t size, frame_sink *sink,
                                      void *context, struct znn_error *error)
{
    ZSTD_inBuffer in = {data, size, 0};
    bool more = size > 0;
    if (more && !reader->started && !is_start_of_frame(data, size))
        return znn_fail(error, ZNN_ERROR_CORRUPT, ZNN_NO_OFFSET,
                        "a compressed table is not a frame with a stated size");
    reader->started = true;
    while (more) {
        if (reader->ended)
            return znn_fail(error, ZNN_ERROR_CORRUPT, ZNN_NO_OFFSET, "a compressed table continues past its end");
        ZSTD_outBuffer out = {reader->piece, PIECE, 0};
        size_t result = ZSTD_decompressStream(reader->context, &out, &in);
        if (ZSTD_isError(result))
            return znn_fail(error, ZNN_ERROR_CORRUPT, ZNN_NO_OFFSET, "a compressed table does not decode: %s",
                            ZSTD_getErrorName(result));
        reader->size += out.pos;
        reader->ended = result == 0;
        enum znn_status status = sink(context, reader->piece, out.pos);
        if (status)
            return status;
        more = in.pos < in.size || (out.pos == out.size && !reader->ended);
    }
    return ZNN_OK;
}

void znn_frame_reader_close(struct frame_reader *reader)
{
    ZSTD_freeDCtx(reader->context);
    znn_release(reader->piece);
}

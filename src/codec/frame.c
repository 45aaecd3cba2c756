/*
 * frame.c - Zstandard frames, by libzstd
 *
 * A frame without matches is had from libzstd by its fastest level, whose steps are too long to find any, and by
 * telling it to compress literals nevertheless.  That parameter is experimental, so its number is spelled out here
 * (zstd.h shows its name to static linkers only), and where a libzstd does not know it, its level 1 has to do.
 */
#include "codec/frame.h"

#include <stdlib.h>
#include <zstd.h>
#include <zstd_errors.h>

/* ZSTD_c_literalCompressionMode, ZSTD_ps_enable */
#define LITERAL_COMPRESSION_MODE ((ZSTD_cParameter)1002)
#define LITERALS_COMPRESSED 1

struct frame_encoder {
    int level;
    ZSTD_CCtx *contexts[2]; /* by enum frame_kind */
};

static void set_huffman(ZSTD_CCtx *context)
{
    ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, ZSTD_minCLevel());
    if (ZSTD_isError(ZSTD_CCtx_setParameter(context, LITERAL_COMPRESSION_MODE, LITERALS_COMPRESSED)))
        ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, 1);
}

/*
 * The full compressor's level.  In the default, short data takes a high one, because there it costs less than a
 * millisecond; a file of a few KiB is as likely to be one of thousands as to be the only one.
 */
static int full_level(int level, size_t size)
{
    const size_t brief = 8192;
    if (level <= 2)
        return 1;
    if (level >= 7)
        return 19;
    return size <= brief ? 15 : 3;
}

static void set_full(ZSTD_CCtx *context, int level)
{
    if (level < 7)
        return;
    /* Level 19 would take 60 MiB for 4 MiB of data: a third of that loses nothing that could be measured. */
    ZSTD_CCtx_setParameter(context, ZSTD_c_chainLog, 21);
    ZSTD_CCtx_setParameter(context, ZSTD_c_hashLog, 20);
}

struct frame_encoder *znn_frame_encoder_new(int level)
{
    struct frame_encoder *encoder = calloc(1, sizeof *encoder);
    if (!encoder)
        return NULL;
    for (int kind = 0; kind < 2; kind++) {
        encoder->contexts[kind] = ZSTD_createCCtx();
        if (!encoder->contexts[kind]) {
            znn_frame_encoder_free(encoder);
            return NULL;
        }
    }
    encoder->level = level;
    set_huffman(encoder->contexts[FRAME_HUFFMAN]);
    set_full(encoder->contexts[FRAME_FULL], level);
    return encoder;
}

void znn_frame_encoder_free(struct frame_encoder *encoder)
{
    if (!encoder)
        return;
    for (int kind = 0; kind < 2; kind++)
        ZSTD_freeCCtx(encoder->contexts[kind]);
    free(encoder);
}

enum znn_status znn_frame_encode(struct frame_encoder *encoder, enum frame_kind kind, const uint8_t *data, size_t size,
                                 uint8_t *target, size_t capacity, size_t *written, struct znn_error *error)
{
    if (kind == FRAME_FULL)
        ZSTD_CCtx_setParameter(encoder->contexts[kind], ZSTD_c_compressionLevel, full_level(encoder->level, size));
    size_t result = ZSTD_compress2(encoder->contexts[kind], target, capacity, data, size);
    *written = ZSTD_isError(result) ? 0 : result;
    if (ZSTD_isError(result) && ZSTD_getErrorCode(result) == ZSTD_error_memory_allocation)
        return znn_fail(error, ZNN_ERROR_MEMORY, ZNN_NO_OFFSET, "libzstd could not allocate its working memory");
    return ZNN_OK;
}

struct frame_decoder {
    ZSTD_DCtx *context;
};

struct frame_decoder *znn_frame_decoder_new(void)
{
    struct frame_decoder *decoder = malloc(sizeof *decoder);
    if (!decoder)
        return NULL;
    decoder->context = ZSTD_createDCtx();
    if (!decoder->context) {
        free(decoder);
        return NULL;
    }
    return decoder;
}

void znn_frame_decoder_free(struct frame_decoder *decoder)
{
    if (!decoder)
        return;
    ZSTD_freeDCtx(decoder->context);
    free(decoder);
}

bool znn_frame_decode(struct frame_decoder *decoder, const uint8_t *frame, size_t frame_size, uint8_t *target,
                      size_t size)
{
    if (ZSTD_getFrameContentSize(frame, frame_size) != size)
        return false;
    if (ZSTD_findFrameCompressedSize(frame, frame_size) != frame_size)
        return false;
    return ZSTD_decompressDCtx(decoder->context, target, size, frame, frame_size) == size;
}

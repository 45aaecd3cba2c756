/*
 * frame.c - chooses the coder for a Zstandard frame
 *
 * libzstd is the full compressor.  znn's own coder writes and reads Huffman frames because it is two to three times as
 * fast.  If znn's reader meets a frame that it does not know, libzstd decodes the frame or rejects it.
 */
#include "codec/frame.h"

#include <stdatomic.h>
#include <zstd.h>
#include <zstd_errors.h>

#include "codec/huffman_decode.h"
#include "codec/huffman_encode.h"
#include "common/bytes.h"
#include "common/memory.h"

#ifdef ZNN_HOOKS

static atomic_bool by_libzstd;

void znn_frame_by_libzstd(bool wanted)
{
    atomic_store(&by_libzstd, wanted);
}

static bool is_by_libzstd(void)
{
    return atomic_load(&by_libzstd);
}

#else

static bool is_by_libzstd(void)
{
    return false;
}

#endif

struct frame_encoder {
    int level;
    ZSTD_CCtx *full;
    ZSTD_CCtx *plain; /* for Huffman frames by libzstd, or NULL */
    struct huffman_encoder huffman;
};

/*
 * Returns the level for the full compressor.  At the default level, short data get a high level, because the search
 * takes less than a millisecond, and a file of a few KiB may be one of thousands.  A large file is different: it may
 * have a hundred short streams in each MiB.  A high level would then take a third of the total time to save 1/10000 of
 * the size.
 */
static int full_level(int level, bool hurries, size_t size)
{
    const size_t brief = 8192;
    if (level <= 2)
        return 1;
    if (level >= 7)
        return 19;
    return size <= brief && !hurries ? 15 : 3;
}

static void set_full(ZSTD_CCtx *context, int level)
{
    if (level < 7)
        return;
    /* Level 19 needs 60 MiB for 4 MiB of data.  These settings need a third of that, with no measurable loss. */
    ZSTD_CCtx_setParameter(context, ZSTD_c_chainLog, 21);
    ZSTD_CCtx_setParameter(context, ZSTD_c_hashLog, 20);
}

/* Always compresses literals and does not search for matches.  This is as close to Huffman frames as libzstd can
 * get. */
static ZSTD_CCtx *new_plain(void)
{
    ZSTD_CCtx *context = ZSTD_createCCtx();
    ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, ZSTD_minCLevel());
    ZSTD_CCtx_setParameter(context, (ZSTD_cParameter)1002, 1); /* ZSTD_c_literalCompressionMode */
    return context;
}

struct frame_encoder *znn_frame_encoder_new(int level)
{
    struct frame_encoder *encoder = znn_allocate(sizeof *encoder);
    if (!encoder)
        return NULL;
    encoder->level = level;
    encoder->full = ZSTD_createCCtx();
    encoder->plain = is_by_libzstd() ? new_plain() : NULL;
    if (!encoder->full) {
        znn_frame_encoder_free(encoder);
        return NULL;
    }
    set_full(encoder->full, level);
    znn_huffman_encoder_init(&encoder->huffman);
    return encoder;
}

void znn_frame_encoder_free(struct frame_encoder *encoder)
{
    if (!encoder)
        return;
    ZSTD_freeCCtx(encoder->full);
    ZSTD_freeCCtx(encoder->plain);
    znn_release(encoder);
}

static enum znn_status encode_full(struct frame_encoder *encoder, bool hurries, const uint8_t *data, size_t size,
                                   uint8_t *target, size_t capacity, size_t *written, struct znn_error *error)
{
    ZSTD_CCtx_setParameter(encoder->full, ZSTD_c_compressionLevel, full_level(encoder->level, hurries, size));
    size_t result = ZSTD_compress2(encoder->full, target, capacity, data, size);
    *written = ZSTD_isError(result) ? 0 : result;
    if (ZSTD_isError(result) && ZSTD_getErrorCode(result) == ZSTD_error_memory_allocation)
        return znn_fail(error, ZNN_ERROR_MEMORY, ZNN_NO_OFFSET, "libzstd could not allocate its working memory");
    return ZNN_OK;
}

enum znn_status znn_frame_encode(struct frame_encoder *encoder, enum frame_kind kind, const uint8_t *data, size_t size,
                                 uint8_t *target, size_t capacity, size_t *written, struct znn_error *error)
{
    if (kind != FRAME_HUFFMAN)
        return encode_full(encoder, kind == FRAME_HURRIED, data, size, target, capacity, written, error);
    if (encoder->plain) {
        size_t result = ZSTD_compress2(encoder->plain, target, capacity, data, size);
        *written = ZSTD_isError(result) || result >= size ? 0 : result;
    } else {
        *written = znn_huffman_frame_encode(&encoder->huffman, data, size, target, capacity);
    }
    return ZNN_OK;
}

struct frame_decoder {
    bool plain; /* libzstd decodes all frames */
    ZSTD_DCtx *context;
    struct huffman_decoder huffman;
};

struct frame_decoder *znn_frame_decoder_new(void)
{
    struct frame_decoder *decoder = znn_allocate(sizeof *decoder);
    if (!decoder)
        return NULL;
    decoder->plain = is_by_libzstd();
    decoder->context = ZSTD_createDCtx();
    if (!decoder->context) {
        znn_release(decoder);
        return NULL;
    }
    return decoder;
}

void znn_frame_decoder_free(struct frame_decoder *decoder)
{
    if (!decoder)
        return;
    ZSTD_freeDCtx(decoder->context);
    znn_release(decoder);
}

/* Decodes any frame with libzstd. */
static bool decode_foreign(struct frame_decoder *decoder, const uint8_t *frame, size_t frame_size, uint8_t *target,
                           size_t size)
{
    /* Some builds of libzstd also read formats older than RFC 8878. */
    if (frame_size < 4 || load_le32(frame) != ZSTD_MAGICNUMBER)
        return false;
    if (ZSTD_getFrameContentSize(frame, frame_size) != size)
        return false;
    if (ZSTD_findFrameCompressedSize(frame, frame_size) != frame_size)
        return false;
    return ZSTD_decompressDCtx(decoder->context, target, size, frame, frame_size) == size;
}

/* Decodes a frame with znn's own reader.  Returns false if libzstd must decide. */
static bool decode_own(struct frame_decoder *decoder, const uint8_t *frame, size_t frame_size, uint8_t *target,
                       size_t size, const struct frame_watcher *watcher)
{
    return !decoder->plain &&
           znn_huffman_frame_decode(&decoder->huffman, frame, frame_size, target, size, watcher) == HUFFMAN_DECODED;
}

bool znn_frame_decode(struct frame_decoder *decoder, const uint8_t *frame, size_t frame_size, uint8_t *target,
                      size_t size)
{
    return decode_own(decoder, frame, frame_size, target, size, NULL) ||
           decode_foreign(decoder, frame, frame_size, target, size);
}

bool znn_frame_decode_watched(struct frame_decoder *decoder, const uint8_t *frame, size_t frame_size, uint8_t *room,
                              size_t size, const struct frame_watcher *watcher)
{
    if (decode_own(decoder, frame, frame_size, room, size, watcher))
        return true;
    watcher->restart(watcher->context);
    if (!decode_foreign(decoder, frame, frame_size, room, size))
        return false;
    watcher->take(watcher->context, room, size);
    return true;
}

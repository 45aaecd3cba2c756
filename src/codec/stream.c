/*
 * stream.c - chooses how to store a byte group, and reads it back
 *
 * For a large group, the choice is made from samples, so most groups are read only once more, by the chosen coder:
 *
 *     one value only                                -> constant
 *     repeats, or bytes of unknown nature           -> try the full compressor
 *     order-0 entropy leaves something to gain      -> try Huffman coding
 *     nothing was smaller than the bytes themselves -> raw
 */
#include "codec/stream.h"

#include <assert.h>
#include <string.h>

#include "codec/repeats.h"
#include "codec/statistics.h"
#include "common/buffer.h"
#include "common/memory.h"

/* Below this size, every coder is tried, because that costs next to nothing. */
#define SMALL 4096

/* The same for places of changes.  These look like short groups, but there is one for each MiB of the input. */
#define SMALL_SPARSE 256

/*
 * From NOISE on, bytes are as good as noise.  From MUCH_NOISE bytes on, noise is a piece of a large tensor, and time
 * matters.  In smaller tensors there may be repeats that the neighbouring group did not show.
 */
#define NOISE (7 * ENTROPY_ONE)
#define MUCH_NOISE ((size_t)1 << 17)

/* The number of bytes of a large group that are counted. */
#define SAMPLE 8192

struct stream_encoder {
    struct frame_encoder *frames;
    struct buffer rival; /* holds a second attempt while the first may still be better */
    uint32_t worthwhile; /* entropy per byte, in 1/ENTROPY_ONE bit, below which Huffman coding is tried */
};

struct stream_encoder *znn_stream_encoder_new(int level)
{
    struct stream_encoder *encoder = znn_allocate_zeroed(1, sizeof *encoder);
    if (!encoder)
        return NULL;
    /* A raw group decodes at the speed of a copy.  At the smallest level, every bit counts nevertheless. */
    encoder->worthwhile = level == ZNN_LEVEL_SMALLEST ? 7995 * ENTROPY_ONE / 1000 : 7960 * ENTROPY_ONE / 1000;
    encoder->frames = znn_frame_encoder_new(level);
    if (!encoder->frames) {
        znn_release(encoder);
        return NULL;
    }
    return encoder;
}

void znn_stream_encoder_free(struct stream_encoder *encoder)
{
    if (!encoder)
        return;
    znn_frame_encoder_free(encoder->frames);
    znn_buffer_free(&encoder->rival);
    znn_release(encoder);
}

static bool is_constant(const uint8_t *data, size_t size)
{
    return memcmp(data, data + 1, size - 1) == 0;
}

/* Which coders to try, and whether a search for repeats was in vain. */
struct trials {
    bool huffman;
    bool full;
    bool is_fresh;
};

/* Skewed bytes agree by chance, so a repeat must be long enough to carry about 40 bits. */
#define INFORMATION (40 * ENTROPY_ONE)

/* Returns true if bytes are so skewed that only matches are short enough: the shortest Huffman code has one bit. */
static bool is_repetitive(uint32_t entropy)
{
    return entropy < INFORMATION / REPEATS_CONTEXT_MAX;
}

/*
 * Returns true if repeats are frequent enough to pay for a search.
 */
static bool repeats_pay(const uint8_t *data, size_t size, uint32_t entropy)
{
    if (is_repetitive(entropy))
        return true;
    size_t context = INFORMATION / entropy;
    return znn_repeats_probe(data, size, context < 12 ? 12 : context) >= 20;
}

bool znn_stream_may_repeat(const uint8_t *data, size_t size)
{
    struct statistics statistics;
    znn_statistics_sample(&statistics, data, size, SAMPLE);
    return repeats_pay(data, size, znn_statistics_entropy(&statistics));
}

static struct trials make_plan(const struct stream_encoder *encoder, const struct statistics *statistics,
                               const uint8_t *data, size_t size, enum stream_hint hint)
{
    if (size < (hint == STREAM_SPARSE ? SMALL_SPARSE : SMALL))
        return (struct trials){.huffman = true, .full = true};
    uint32_t entropy = znn_statistics_entropy(statistics);
    struct trials plan = {.huffman = entropy < encoder->worthwhile, .full = hint == STREAM_BYTES};
    bool is_noise = hint == STREAM_FRESH && entropy >= NOISE && size >= MUCH_NOISE;
    if (!plan.full && !is_noise) {
        plan.full = size < SMALL ? is_repetitive(entropy) : repeats_pay(data, size, entropy);
        plan.is_fresh = !plan.full;
    }
    return plan;
}

/* Replaces the *best bytes at `target` by the full compressor's output if that is smaller. */
static enum znn_status try_full(struct stream_encoder *encoder, bool hurries, const uint8_t *data, size_t size,
                                uint8_t *target, size_t *best, struct znn_error *error)
{
    enum frame_kind kind = hurries ? FRAME_HURRIED : FRAME_FULL;
    if (*best == 0)
        return znn_frame_encode(encoder->frames, kind, data, size, target, size - 1, best, error);
    struct buffer *rival = &encoder->rival;
    if (!znn_buffer_reserve(rival, *best))
        return znn_fail_memory(error, *best);
    size_t written;
    enum znn_status status =
        znn_frame_encode(encoder->frames, kind, data, size, rival->data, *best - 1, &written, error);
    if (written > 0) {
        memcpy(target, rival->data, written);
        *best = written;
    }
    return status;
}

enum znn_status znn_stream_encode(struct stream_encoder *encoder, const uint8_t *data, size_t size,
                                  struct stream_wish wish, uint8_t *target, struct stream *stream,
                                  struct znn_error *error)
{
    struct statistics statistics;
    assert(size > 0);
    if (wish.hint == STREAM_NOISE && !is_constant(data, size)) {
        *stream = (struct stream){.kind = STREAM_RAW, .size = (uint32_t)size};
        return ZNN_OK;
    }
    znn_statistics_sample(&statistics, data, size, SAMPLE);
    if (znn_statistics_values(&statistics) == 1 && is_constant(data, size)) {
        *stream = (struct stream){.kind = STREAM_CONSTANT, .value = data[0]};
        return ZNN_OK;
    }
    struct trials plan = make_plan(encoder, &statistics, data, size, wish.hint);
    size_t best = 0;
    enum znn_status status = ZNN_OK;
    if (plan.huffman)
        status = znn_frame_encode(encoder->frames, FRAME_HUFFMAN, data, size, target, size - 1, &best, error);
    if (!status && plan.full)
        status = try_full(encoder, wish.hurries, data, size, target, &best, error);
    if (status)
        return status;
    assert(best < size); /* what is not smaller stays raw */
    if (best == 0)
        *stream = (struct stream){.kind = STREAM_RAW, .size = (uint32_t)size, .is_fresh = plan.is_fresh};
    else
        *stream = (struct stream){.kind = STREAM_ZSTD, .size = (uint32_t)best, .is_fresh = plan.is_fresh};
    return ZNN_OK;
}

const uint8_t *znn_stream_decode(struct frame_decoder *decoder, const struct stream *stream, const uint8_t *payload,
                                 size_t size, uint8_t *scratch)
{
    switch (stream->kind) {
    case STREAM_CONSTANT:
        memset(scratch, stream->value, size);
        return scratch;
    case STREAM_RAW:
        return stream->size == size ? payload : NULL;
    case STREAM_ZSTD:
        return znn_frame_decode(decoder, payload, stream->size, scratch, size) ? scratch : NULL;
    case STREAM_KIND_COUNT:
        break;
    }
    return NULL;
}

/*
 * bench_codec.c - compares writing and reading Huffman frames with libzstd
 */
#include "bench.h"

#include <stdio.h>
#include <stdlib.h>

#include "codec/frame.h"
#include "codec/histogram.h"
#include "measure.h"
#include "platform/cpu.h"
#include "transform/groups.h"

#define CHUNK ((size_t)1 << 20)
#define MORE_ROUNDS 20

/* Frames by znn's own coder, and by libzstd. */
struct coder {
    struct frame_encoder *encoder;
    struct frame_decoder *decoder;
    uint8_t *frame;
    size_t size;
};

struct codec {
    struct coder own, libzstd;
    uint8_t *plane, *out, *groups[GROUPS_MAX];
    size_t bytes;
    struct histogram_room *room;
    uint32_t counts[256];
};

static bool run_memcpy(void *context)
{
    struct codec *codec = context;
    copy_memory(codec->out, codec->plane, codec->bytes);
    return true;
}

static bool run_histogram(void *context)
{
    struct codec *codec = context;
    znn_histogram(codec->room, codec->plane, codec->bytes, codec->counts);
    return true;
}

static bool encode(struct codec *codec, struct coder *coder)
{
    return znn_frame_encode(coder->encoder, FRAME_HUFFMAN, codec->plane, codec->bytes, coder->frame, codec->bytes - 1,
                            &coder->size, NULL) == ZNN_OK &&
           coder->size > 0;
}

static bool decode(struct codec *codec, struct coder *decoder, struct coder *encoder)
{
    return znn_frame_decode(decoder->decoder, encoder->frame, encoder->size, codec->out, codec->bytes);
}

static bool run_own_encode(void *context)
{
    struct codec *codec = context;
    return encode(codec, &codec->own);
}

static bool run_libzstd_encode(void *context)
{
    struct codec *codec = context;
    return encode(codec, &codec->libzstd);
}

static bool run_own_decode(void *context)
{
    struct codec *codec = context;
    return decode(codec, &codec->own, &codec->own);
}

static bool run_libzstd_decode(void *context)
{
    struct codec *codec = context;
    return decode(codec, &codec->libzstd, &codec->own);
}

static bool without_features(struct codec *codec, bool (*run)(void *context))
{
    znn_cpu_limit(CPU_PORTABLE);
    bool done = run(codec);
    znn_cpu_limit(CPU_BEST);
    return done;
}

static bool run_portable_histogram(void *context)
{
    return without_features(context, run_histogram);
}

static bool run_portable_encode(void *context)
{
    return without_features(context, run_own_encode);
}

static bool run_portable_decode(void *context)
{
    return without_features(context, run_own_decode);
}

static bool open_coder(struct coder *coder, bool by_libzstd, size_t bytes)
{
    znn_frame_by_libzstd(by_libzstd);
    coder->encoder = znn_frame_encoder_new(ZNN_LEVEL_DEFAULT);
    coder->decoder = znn_frame_decoder_new();
    coder->frame = malloc(bytes);
    znn_frame_by_libzstd(false);
    return coder->encoder && coder->decoder && coder->frame;
}

static void close_coder(struct coder *coder)
{
    znn_frame_encoder_free(coder->encoder);
    znn_frame_decoder_free(coder->decoder);
    free(coder->frame);
}

static bool run_all(const struct bench_options *options, const char *type, struct codec *codec, struct contest *contest)
{
    char title[64];
    snprintf(title, sizeof title, "frames of the first group, %s", type);
    *contest = (struct contest){
        .title = title, .bytes = codec->bytes, .rounds = MORE_ROUNDS * options->rounds, .context = codec};
    contest_add(contest, "memcpy", run_memcpy);
    contest_add(contest, "histogram", run_histogram);
    contest_add(contest, "histogram, portable", run_portable_histogram);
    contest_add(contest, "libzstd writes", run_libzstd_encode);
    contest_add(contest, "znn writes, portable", run_portable_encode);
    contest_add(contest, "znn writes", run_own_encode);
    contest_add(contest, "libzstd reads", run_libzstd_decode);
    contest_add(contest, "znn reads, portable", run_portable_decode);
    contest_add(contest, "znn reads", run_own_decode);
    if (!contest_run(contest))
        return false;
    contest->contestants[3].size = codec->libzstd.size;
    contest->contestants[5].size = codec->own.size;
    contest_print(contest, options->json);
    return true;
}

bool bench_codec(const struct bench_options *options, const struct bench_model *model)
{
    struct contest *contest = calloc(1, sizeof *contest);
    struct codec *codec = calloc(1, sizeof *codec);
    bool done = contest && codec && model->size / 2 > CHUNK;
    if (done) {
        codec->bytes = CHUNK / model->width;
        codec->plane = malloc(CHUNK);
        codec->out = malloc(codec->bytes);
        codec->room = calloc(1, sizeof *codec->room);
        done = codec->plane && codec->out && codec->room && open_coder(&codec->own, false, codec->bytes) &&
               open_coder(&codec->libzstd, true, codec->bytes);
    }
    if (done) {
        for (unsigned g = 0; g < model->width; g++)
            codec->groups[g] = codec->plane + g * codec->bytes;
        znn_groups_split(model->data + model->size / 2, codec->bytes, model->width, 1, codec->groups);
        done = run_all(options, model->name, codec, contest);
    }
    if (codec) {
        close_coder(&codec->own);
        close_coder(&codec->libzstd);
        free(codec->plane);
        free(codec->out);
        free(codec->room);
    }
    free(codec);
    free(contest);
    return done;
}

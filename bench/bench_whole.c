/*
 * bench_whole.c - measures all of znn through znn.h, from memory to memory
 *
 * All memory is touched beforehand, so the benchmark measures znn and not how fast the system provides pages.
 */
#include "bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "codec/frame.h"
#include "measure.h"
#include "znn.h"

/* Memory that has been there before: a place to write to. */
struct memory {
    uint8_t *data;
    size_t size, capacity;
};

/* Two .znn files: with znn's own frames, and with libzstd's. */
struct whole {
    const struct bench_model *model;
    unsigned threads; /* "all" */
    struct memory own, libzstd, out;
};

static bool run_memcpy(void *context)
{
    struct whole *whole = context;
    copy_memory(whole->out.data, whole->model->data, whole->model->size);
    return true;
}

static bool compress(struct whole *whole, struct memory *target, bool by_libzstd, unsigned threads)
{
    struct znn_input input = znn_input_memory(whole->model->data, whole->model->size);
    struct znn_output output = znn_output_fixed(target->data, target->capacity);
    struct znn_compress_options options = {.struct_size = sizeof(struct znn_compress_options), .threads = threads};
    struct znn_report report = ZNN_INIT(struct znn_report);
    znn_frame_by_libzstd(by_libzstd);
    bool done = znn_compress(&input, &output, &options, &report, NULL) == ZNN_OK;
    znn_frame_by_libzstd(false);
    target->size = (size_t)report.compressed_size;
    return done;
}

static bool decompress(struct whole *whole, struct memory *source, bool by_libzstd, unsigned threads)
{
    struct znn_input input = znn_input_memory(source->data, source->size);
    struct znn_output output = znn_output_fixed(whole->out.data, whole->out.capacity);
    struct znn_decompress_options options = {.struct_size = sizeof(struct znn_decompress_options), .threads = threads};
    struct znn_report report = ZNN_INIT(struct znn_report);
    znn_frame_by_libzstd(by_libzstd);
    bool done = znn_decompress(&input, &output, &options, &report, NULL) == ZNN_OK;
    znn_frame_by_libzstd(false);
    return done && report.original_size == whole->model->size;
}

static bool run_compress(void *context)
{
    struct whole *whole = context;
    return compress(whole, &whole->own, false, 1);
}

static bool run_compress_all(void *context)
{
    struct whole *whole = context;
    return compress(whole, &whole->own, false, whole->threads);
}

static bool run_compress_libzstd(void *context)
{
    struct whole *whole = context;
    return compress(whole, &whole->libzstd, true, 1);
}

static bool run_decompress(void *context)
{
    struct whole *whole = context;
    return decompress(whole, &whole->own, false, 1);
}

static bool run_decompress_all(void *context)
{
    struct whole *whole = context;
    return decompress(whole, &whole->own, false, whole->threads);
}

static bool run_decompress_libzstd(void *context)
{
    struct whole *whole = context;
    return decompress(whole, &whole->libzstd, true, 1);
}

static bool open_memory(struct memory *memory, size_t capacity)
{
    memory->capacity = capacity;
    memory->data = malloc(capacity);
    if (memory->data)
        memset(memory->data, 1, capacity); /* so that it is there */
    return memory->data != NULL;
}

bool bench_whole(const struct bench_options *options, const struct bench_model *model)
{
    struct contest *contest = calloc(1, sizeof *contest);
    struct whole whole = {.model = model, .threads = options->threads};
    size_t capacity = model->size + model->size / 64 + 65536;
    bool done = contest && open_memory(&whole.own, capacity) && open_memory(&whole.libzstd, capacity) &&
                open_memory(&whole.out, model->size);
    if (done) {
        char title[64];
        snprintf(title, sizeof title, "memory to memory, %s", model->name);
        *contest = (struct contest){.title = title, .bytes = model->size, .rounds = options->rounds, .context = &whole};
        contest_add(contest, "memcpy", run_memcpy);
        contest_add(contest, "compress, libzstd's frames, -T1", run_compress_libzstd);
        contest_add(contest, "compress, -T1", run_compress);
        contest_add(contest, "compress, all threads", run_compress_all);
        contest_add(contest, "decompress, libzstd's frames, -T1", run_decompress_libzstd);
        contest_add(contest, "decompress, -T1", run_decompress);
        contest_add(contest, "decompress, all threads", run_decompress_all);
        done = contest_run(contest);
    }
    if (done && memcmp(whole.out.data, model->data, model->size) != 0) {
        fprintf(stderr, "bench: %s does not come back as it was\n", model->name);
        done = false;
    }
    if (done) {
        contest->contestants[1].size = whole.libzstd.size;
        contest->contestants[2].size = whole.own.size;
        contest_print(contest, options->json);
    }
    free(whole.own.data);
    free(whole.libzstd.data);
    free(whole.out.data);
    free(contest);
    return done;
}

/*
 * sweep.c - compares several precisions for one model
 *
 * For each precision, the model is compressed without output, to learn the sizes.  Then the numbers of the rounded
 * tensors are read again and measured.
 */
#include "engine/look/sweep.h"

#include <string.h>

#include "common/memory.h"
#include "common/source.h"
#include "container/header.h"
#include "engine/coding/fixed_type.h"
#include "engine/look/analysis.h"
#include "engine/look/distortion.h"

struct znn_sweep {
    const struct znn_allocator *allocator;
    struct znn_analysis *analysis; /* of the last precision; provides the tensors */
    size_t tensors;
    size_t count;               /* of precisions */
    struct znn_report *reports; /* one for each precision */
    struct znn_point *totals;
    struct znn_point *points; /* one row of tensors for each precision */
};

static struct znn_point *point_of(const struct znn_sweep *sweep, size_t tensor, size_t i)
{
    return &sweep->points[i * sweep->tensors + tensor];
}

/* Takes the sizes from an analysis. */
static enum znn_status analyze(struct znn_sweep *sweep, struct znn_input *input,
                               const struct znn_compress_options *options, size_t i, struct znn_error *error)
{
    znn_analysis_free(sweep->analysis);
    enum znn_status status = znn_look_analyze(input, options, false, &sweep->analysis, error);
    if (status)
        return status;
    sweep->tensors = znn_analysis_tensor_count(sweep->analysis);
    if (!sweep->points) {
        sweep->points = znn_allocate_zeroed(sweep->count * sweep->tensors + 1, sizeof *sweep->points);
        if (!sweep->points)
            return znn_fail_memory(error, (sweep->count * sweep->tensors + 1) * sizeof *sweep->points);
    }
    znn_analysis_describe(sweep->analysis, &sweep->reports[i]);
    return ZNN_OK;
}

static enum znn_status measure_tensor(struct source *source, const struct fixed_point *fixed,
                                      const struct znn_tensor *tensor, struct znn_point *point, struct znn_error *error)
{
    uint8_t block[DISTORTION_BLOCK * 8];
    size_t width = znn_fixed_width(fixed->type), step = DISTORTION_BLOCK * width;
    for (uint64_t done = 0; done < tensor->size; done += step) {
        uint64_t left = tensor->size - done;
        size_t size = left < step ? (size_t)left : step, got;
        enum znn_status status = znn_source_read(source, tensor->offset + done, block, size, &got, error);
        if (status)
            return status;
        znn_distortion_add(fixed, block, got / width, point);
    }
    return ZNN_OK;
}

/* Fills the points of one precision, tensor by tensor, so that sums are the same each time. */
static enum znn_status measure(struct znn_sweep *sweep, struct source *source, const struct znn_lossy *lossy, size_t i,
                               struct znn_error *error)
{
    struct znn_point *total = &sweep->totals[i];
    enum znn_status status = ZNN_OK;
    total->bits = lossy->bits;
    for (size_t k = 0; k < sweep->tensors && !status; k++) {
        struct znn_tensor tensor;
        struct znn_cost cost;
        struct znn_point *point = point_of(sweep, k, i);
        znn_analysis_get(sweep->analysis, k, &tensor, &cost);
        *point = (struct znn_point){.bits = lossy->bits, .size = cost.size, .compressed_size = cost.compressed_size};
        enum dtype dtype = znn_dtype_from_name(tensor.dtype, strlen(tensor.dtype));
        if (cost.rounded_size == 0 || !znn_fixed_suits(dtype))
            continue;
        const struct fixed_point fixed = znn_fixed_asked(lossy, dtype);
        status = measure_tensor(source, &fixed, &tensor, point, error);
        total->size += point->size;
        total->compressed_size += point->compressed_size;
        total->parameters += point->parameters;
        total->zeros += point->zeros;
        total->square_error += point->square_error;
        total->max_error = point->max_error > total->max_error ? point->max_error : total->max_error;
    }
    return status;
}

/* Reports the progress of one precision as a part of the whole, after the precisions done before. */
struct relay {
    znn_progress *progress;
    void *context;
    uint64_t original_size, compressed_size;
};

static int relay(void *context, uint64_t original_size, uint64_t compressed_size)
{
    const struct relay *relay = context;
    return relay->progress(relay->context, relay->original_size + original_size,
                           relay->compressed_size + compressed_size);
}

static enum znn_status sweep_all(struct znn_sweep *sweep, struct znn_input *input, struct source *source,
                                 const struct znn_compress_options *options, const unsigned *bits,
                                 struct znn_error *error)
{
    uint8_t start[HEADER_FIXED];
    size_t got;
    if (!znn_source_is_seekable(source))
        return znn_fail(error, ZNN_ERROR_ARGUMENT, ZNN_NO_OFFSET, "a stream cannot be read several times");
    enum znn_status status = znn_source_read(source, 0, start, sizeof start, &got, error);
    if (!status && znn_header_is_znn(start, got))
        return znn_fail(error, ZNN_ERROR_ARGUMENT, 0,
                        "it is compressed already; what rounding would do, its model tells");
    struct znn_compress_options one = *options;
    struct relay relayed = {.progress = options->progress, .context = options->progress_context};
    one.progress = options->progress ? relay : NULL;
    one.progress_context = &relayed;
    for (size_t i = 0; i < sweep->count && !status; i++) {
        one.lossy.mode = ZNN_FIXED_POINT;
        one.lossy.bits = bits[i];
        status = analyze(sweep, input, &one, i, error);
        if (!status)
            status = measure(sweep, source, &one.lossy, i, error);
        relayed.original_size += sweep->reports[i].original_size;
        relayed.compressed_size += sweep->reports[i].compressed_size;
    }
    return status;
}

enum znn_status znn_look_sweep(struct znn_input *input, const struct znn_compress_options *options,
                               const unsigned *bits, size_t count, struct znn_sweep **sweep, struct znn_error *error)
{
    *sweep = NULL;
    struct znn_sweep *made = znn_allocate_zeroed(1, sizeof *made);
    if (!made)
        return znn_fail_memory(error, sizeof *made);
    struct source source;
    made->allocator = znn_memory_current();
    made->count = count;
    made->reports = znn_allocate_zeroed(count + 1, sizeof *made->reports);
    made->totals = znn_allocate_zeroed(count + 1, sizeof *made->totals);
    znn_source_open(&source, input);
    enum znn_status status = made->reports && made->totals ? sweep_all(made, input, &source, options, bits, error)
                                                           : znn_fail_memory(error, SIZE_NOT_KNOWN);
    znn_source_close(&source);
    if (status)
        znn_sweep_free(made);
    else
        *sweep = made;
    return status;
}

void znn_sweep_free(struct znn_sweep *sweep)
{
    if (!sweep)
        return;
    const struct znn_allocator *outer = znn_memory_enter(sweep->allocator);
    znn_analysis_free(sweep->analysis);
    znn_release(sweep->reports);
    znn_release(sweep->totals);
    znn_release(sweep->points);
    znn_release(sweep);
    znn_memory_leave(outer);
}

size_t znn_sweep_count(const struct znn_sweep *sweep)
{
    return sweep->count;
}

void znn_sweep_get_total(const struct znn_sweep *sweep, size_t i, struct znn_report *report, struct znn_point *point)
{
    *report = sweep->reports[i];
    *point = sweep->totals[i];
}

size_t znn_sweep_tensor_count(const struct znn_sweep *sweep)
{
    return sweep->tensors;
}

void znn_sweep_get(const struct znn_sweep *sweep, size_t k, size_t i, struct znn_tensor *tensor,
                   struct znn_point *point)
{
    struct znn_cost cost;
    znn_analysis_get(sweep->analysis, k, tensor, &cost);
    *point = *point_of(sweep, k, i);
}

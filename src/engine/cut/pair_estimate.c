/*
 * pair_estimate.c - estimates how much a tensor gains from its partner in a base
 *
 * Several runs of elements, spread over the tensor, are read from both tensors.  Coding the runs shows their size
 * alone.  The planner of deltas returns their size as a difference (delta_plan.h).
 */
#include <string.h>

#include "common/memory.h"
#include "container/part_blocks.h"
#include "engine/chunk/chunk_plan.h"
#include "engine/cut/base_match.h"
#include "engine/delta/blocks_encoder.h"
#include "engine/delta/converted_base.h"
#include "engine/delta/delta_encoder.h"
#include "engine/delta/scaled_base.h"
#include "engine/part/part_encoder.h"

/* Elements to compare.  The runs are few and long, because each run in a compressed base means decoding a chunk. */
#define RUNS 8
#define RUN 1024

/* Tensors are rare if at most one number in RARE differs.  At most one in FEW is so few that nothing is measured. */
#define RARE 16
#define FEW 64

struct pair_estimator {
    struct znn_base *base;
    struct delta_encoder *encoder;
    struct delta_pool pool;
    uint8_t model[RUNS * RUN * GROUPS_MAX];
    uint8_t partner[RUNS * RUN * GROUPS_MAX];
    uint8_t restored[RUNS * RUN * GROUPS_MAX];
    struct buffer converted; /* the elements of the partner, in the type of the model */
    struct scaled_room scaled;
    struct part_encoder coder;
    struct rotation_sample sample;
};

struct pair_estimator *znn_pair_estimator_new(struct znn_base *base, const struct znn_lossy *lossy)
{
    struct pair_estimator *estimator = znn_allocate_zeroed(1, sizeof *estimator);
    if (!estimator)
        return NULL;
    estimator->base = base;
    estimator->encoder = znn_delta_encoder_new((struct base_source){.context = NULL});
    struct chunk_coding coding = {.level = ZNN_LEVEL_DEFAULT};
    if (lossy)
        coding.lossy = *lossy;
    bool good = znn_part_encoder_open(&estimator->coder, &coding, &estimator->sample);
    if (good && estimator->encoder)
        return estimator;
    znn_pair_estimator_free(estimator);
    return NULL;
}

void znn_pair_estimator_free(struct pair_estimator *estimator)
{
    if (!estimator)
        return;
    znn_delta_encoder_free(estimator->encoder);
    znn_part_encoder_close(&estimator->coder);
    znn_delta_pool_free(&estimator->pool);
    znn_buffer_free(&estimator->converted);
    znn_scaled_room_free(&estimator->scaled);
    znn_release(estimator);
}

/* Reads from the model.  Bytes of a stream are kept, so that they can be read again. */
static enum znn_status read_model(struct source *source, uint64_t offset, uint8_t *data, size_t size, size_t *got,
                                  struct znn_error *error)
{
    const uint8_t *view;
    if (znn_source_is_seekable(source))
        return znn_source_read(source, offset, data, size, got, error);
    enum znn_status status = znn_source_view(source, offset, size, &view, got, error);
    if (!status && *got > 0)
        memcpy(data, view, *got);
    return status;
}

/* The elements of a pair, which may be blocks. */
struct pair {
    const struct tensor *tensor;
    const struct tensor *partner;      /* or NULL */
    const struct scale_tensor *scales; /* or NULL */
    bool predicted;                    /* blocks, and the floats that they may have been made from */
    size_t width;                      /* bytes of an element */
    size_t partner_width;              /* bytes of its partner */
    size_t run;                        /* elements to read at once */
    uint64_t elements;                 /* of which runs are read */
    struct row_order order;            /* of the partner's rows */
};

static struct pair make_pair(const struct tensor *tensor, const struct tensor *partner)
{
    const struct dtype_info *own = znn_dtype_info((enum dtype)tensor->dtype);
    struct pair pair = {.tensor = tensor, .partner = partner, .width = own->word, .run = RUN};
    pair.predicted = partner && znn_blocks_predictable(tensor->dtype, partner->dtype);
    if (pair.predicted) {
        pair.width = own->block_bytes;
        pair.run = RUN / own->block_elements;
    }
    if (partner)
        pair.partner_width = (size_t)znn_partner_size(pair.width, tensor->dtype, znn_partner_dtype(tensor, partner));
    return pair;
}

/* A small tensor has one run. */
static unsigned count_runs(const struct pair *pair)
{
    return pair->elements < RUNS * pair->run ? 1 : RUNS;
}

/* Returns the elements of a run. */
static uint64_t run_length(const struct pair *pair)
{
    return count_runs(pair) > 1 ? pair->run : pair->elements;
}

/* Returns the number of the first element of run `i`. */
static uint64_t run_start(const struct pair *pair, unsigned i)
{
    unsigned runs = count_runs(pair);
    return runs > 1 ? (pair->elements - pair->run) / (runs - 1) * i : 0;
}

/* Reads `size` bytes of the partner from `position` on, in the order of the tensor's rows. */
static enum znn_status read_partner(struct pair_estimator *estimator, const struct pair *pair, uint64_t position,
                                    uint8_t *data, size_t size, struct znn_error *error)
{
    enum znn_status status = ZNN_OK;
    while (size > 0 && !status) {
        uint64_t piece = size;
        uint64_t place = row_order_place(&pair->order, position, &piece);
        status = znn_base_read(estimator->base, pair->partner->offset + place, data, (size_t)piece, NULL, error);
        position += piece;
        data += piece;
        size -= (size_t)piece;
    }
    return status;
}

/* Reads the runs from both tensors.  Sets *count to the number of elements read. */
static enum znn_status read_runs(struct pair_estimator *estimator, struct source *source, const struct pair *pair,
                                 size_t *count, struct znn_error *error)
{
    const size_t width = pair->width, partner_width = pair->partner_width;
    const uint64_t run = run_length(pair);
    enum znn_status status = ZNN_OK;
    *count = 0;
    for (unsigned i = 0; i < count_runs(pair) && !status; i++) {
        uint64_t start = run_start(pair, i);
        size_t size = (size_t)run * width;
        size_t got;
        status = read_model(source, pair->tensor->offset + start * width, estimator->model + *count * width, size, &got,
                            error);
        if (!status && got < size)
            return ZNN_OK; /* the file ends too early; reading it later reports this */
        if (!status && pair->partner)
            status = read_partner(estimator, pair, start * partner_width, estimator->partner + *count * partner_width,
                                  (size_t)run * partner_width, error);
        *count += (size_t)run;
    }
    return status;
}

/* Computes the bits that the elements need without a base. */
static enum znn_status measure_alone(struct pair_estimator *estimator, const struct pair *pair, size_t count,
                                     uint64_t *bits, struct znn_error *error)
{
    const bool rounded = pair->tensor->flags & TENSOR_ROUNDED;
    const struct part_restored restored = {.bytes = estimator->restored};
    bool done;
    struct part part = {.size = (uint32_t)(count * pair->width)};
    const struct part_input input = {.data = estimator->model, .type = (enum dtype)pair->tensor->dtype};
    struct encode_call call = {.encoder = &estimator->coder};
    znn_payload_clear(&call);
    enum znn_status status = rounded ? znn_part_encode_rounded(&call, &input, &part, &restored, &done, error)
                                     : znn_part_encode(&call, &input, &part, error);
    *bits = 8 * (uint64_t)estimator->coder.payload.size;
    return status;
}

/* Encodes blocks as their difference from what their partner predicts. */
static enum znn_status measure_predicted(struct pair_estimator *estimator, const struct pair *pair, size_t count,
                                         struct delta *delta, uint64_t *bits, struct znn_error *error)
{
    struct part part = {.size = (uint32_t)(count * pair->width)};
    const struct part_input input = {.data = estimator->model, .type = (enum dtype)pair->tensor->dtype, .delta = delta};
    struct encode_call call = {.encoder = &estimator->coder};
    delta->conversion = (struct delta_conversion){.from = pair->partner->dtype, .to = pair->tensor->dtype};
    znn_payload_clear(&call);
    enum znn_status status = znn_blocks_encode_from(&call, &input, estimator->partner, &part, error);
    *bits = 8 * (uint64_t)estimator->coder.payload.size;
    return status;
}

/* The bits that a scale is expected to take. */
#define SCALE_BITS 16

/*
 * Predicts the elements of each run with its scales.  Sets *base to the predicted elements, and *bits to the bits that
 * the scales take.
 */
static enum znn_status predict_scaled(struct pair_estimator *estimator, struct source *source, const struct pair *pair,
                                      size_t count, const struct delta_conversion *conversion, const uint8_t **base,
                                      uint64_t *bits, struct znn_error *error)
{
    const struct scale_grid *grid = &pair->scales->grid;
    const size_t run = (size_t)run_length(pair);
    struct buffer *converted = &estimator->converted;
    converted->size = 0;
    if (!znn_buffer_reserve(converted, count))
        return znn_fail_memory(error, count);
    for (unsigned i = 0; i < count / run; i++) {
        struct delta delta = {.conversion = *conversion};
        const struct scaled_pair some = {
            .model = source,
            .scales = pair->scales,
            .place = run_start(pair, i),
            .base = estimator->partner + i * run * pair->partner_width,
            .data = estimator->model + i * run,
            .count = run,
        };
        const uint8_t *codes;
        enum znn_status status = znn_scaled_base(&some, &delta, &estimator->scaled, &codes, error);
        if (status)
            return status;
        memcpy(converted->data + i * run, codes, run);
    }
    *base = converted->data;
    *bits = SCALE_BITS * count / ((uint64_t)grid->height * grid->width);
    return ZNN_OK;
}

/* Computes the bits that the elements need as differences from their partner. */
static enum znn_status measure_related(struct pair_estimator *estimator, struct source *source, const struct pair *pair,
                                       size_t count, uint64_t *bits, struct znn_error *error)
{
    const struct tensor *tensor = pair->tensor;
    const struct znn_lossy *lossy = tensor->flags & TENSOR_ROUNDED ? &estimator->coder.coding.lossy : NULL;
    const uint8_t *base = estimator->partner;
    struct delta_conversion conversion = {.from = znn_partner_dtype(tensor, pair->partner), .to = tensor->dtype};
    znn_delta_pool_clear(&estimator->pool);
    struct delta *delta = znn_delta_pool_take(&estimator->pool);
    if (delta && pair->predicted)
        return measure_predicted(estimator, pair, count, delta, bits, error);
    uint64_t scale_bits = 0;
    if (pair->scales) {
        enum znn_status status = predict_scaled(estimator, source, pair, count, &conversion, &base, &scale_bits, error);
        if (status)
            return status;
    } else if (conversion.from != FLOAT_NONE)
        base = znn_converted_base(&conversion, base, estimator->model, count * pair->width, &estimator->converted);
    *bits = UINT64_MAX;
    if (base && delta)
        *bits = znn_delta_estimate(estimator->encoder, (enum dtype)tensor->dtype, lossy, base, estimator->model, count,
                                   delta);
    if (*bits == UINT64_MAX)
        return znn_fail_memory(error, SIZE_NOT_KNOWN);
    *bits += scale_bits;
    return ZNN_OK;
}

/* Counts the numbers that differ from their partners.  Stops when there are more than `most`. */
static size_t count_changes(const uint8_t *base, const uint8_t *data, size_t count, size_t width, size_t most)
{
    const size_t block = 64 / width;
    size_t changes = 0;
    for (size_t start = 0, end; start < count && changes <= most; start = end) {
        end = count - start < block ? count : start + block;
        if (memcmp(base + start * width, data + start * width, (end - start) * width) == 0)
            continue;
        for (size_t i = start; i < end; i++)
            changes += memcmp(base + i * width, data + i * width, width) != 0;
    }
    return changes;
}

/*
 * Estimates the sizes of a pair of which `changes` numbers differ, without coding anything.  Returns false if this does
 * not show clearly that the pair pays, as when the tensor is constant.
 */
static bool estimate_few(struct pair_estimator *estimator, const struct pair *pair, uint64_t elements, size_t count,
                         size_t changes, struct pair_estimate *estimate)
{
    unsigned width = (unsigned)pair->width;
    if (changes > count / FEW)
        return false;
    uint64_t alone = znn_rotation_size(&estimator->sample, estimator->model, count, width, elements);
    uint64_t bytes = changes > 0 ? changes * (1 + width) + count / 255 : 0; /* of gaps and changes */
    uint64_t related = bytes * (elements * 64 / count) / 64;
    if (related >= alone / 4)
        return false;
    estimate->alone = alone < estimate->size ? alone : estimate->size;
    estimate->related = related;
    return true;
}

/* Returns true if the pair is rare and its sizes have been estimated. */
static bool estimate_rare(struct pair_estimator *estimator, const struct pair *pair, uint64_t elements, size_t count,
                          struct pair_estimate *estimate)
{
    if (!pair->partner || pair->predicted || pair->partner->dtype != pair->tensor->dtype ||
        (pair->tensor->flags & TENSOR_ROUNDED))
        return false;
    size_t changes = count_changes(estimator->partner, estimator->model, count, pair->width, count / RARE);
    estimate->rare = changes <= count / RARE;
    return estimate_few(estimator, pair, elements, count, changes, estimate);
}

enum znn_status znn_pair_estimate(struct pair_estimator *estimator, struct source *source, const struct tensor *tensor,
                                  const struct match *match, const struct scale_tensor *scales,
                                  struct pair_estimate *estimate, struct znn_error *error)
{
    const struct tensor *other = match->tensor == NO_TENSOR ? NULL : &estimator->base->tensors->tensors[match->tensor];
    uint64_t size =
        other && znn_partner_share(tensor, other) < tensor->size ? znn_partner_share(tensor, other) : tensor->size;
    if (other && !scales && znn_partner_needs_scales(tensor, other))
        other = NULL;
    struct pair pair = make_pair(tensor, other);
    pair.order = match->order;
    const uint64_t elements = size / pair.width;
    size_t count = 0;
    pair.elements = elements;
    pair.scales = scales;
    *estimate = (struct pair_estimate){.size = size, .alone = size, .related = size};
    enum znn_status status = read_runs(estimator, source, &pair, &count, error);
    if (status || count == 0 || estimate_rare(estimator, &pair, elements, count, estimate))
        return status;
    uint64_t bits;
    status = measure_alone(estimator, &pair, count, &bits, error);
    if (status)
        return status;
    estimate->alone = bits * (elements * 64 / count) / 64 / 8;
    if (estimate->alone > size)
        estimate->alone = size;
    estimate->related = estimate->alone;
    if (!other)
        return ZNN_OK;
    status = measure_related(estimator, source, &pair, count, &bits, error);
    if (status)
        return status;
    estimate->related = bits * (elements * 64 / count) / 64 / 8;
    return ZNN_OK;
}

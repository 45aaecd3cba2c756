/*
 * scaled_base.c - the codes that a base and scales predict, for the encoder
 */
#include "engine/delta/scaled_base.h"

#include <string.h>

/* The elements that are tried in each way: a few runs of neighbours. */
#define RUNS 8
#define RUN 512

/* The ways to try, the likeliest first. */
static const uint8_t ways[] = {
    SCALED_DIVIDE,
    SCALED_RECIPROCAL,
    SCALED_DIVIDE | SCALED_ROUND,
    SCALED_RECIPROCAL | SCALED_ROUND,
    SCALED_RECIPROCAL | SCALED_ROUND | SCALED_ROUND_FACTOR,
    SCALED_INVERTED,
    SCALED_INVERTED | SCALED_ROUND,
    SCALED_INVERTED | SCALED_ROUND | SCALED_ROUND_FACTOR,
    SCALED_MULTIPLY,
    SCALED_MULTIPLY | SCALED_ROUND,
};

enum { WAYS = sizeof ways, METHODS = 2 * WAYS };

/* A row that is being predicted. */
struct row {
    const struct scaled_pair *pair;
    struct scaled_types types;
    struct scaling scaling;
    size_t scale_count;
    float *operands;
    uint8_t *wide; /* the scales as F32 */
    uint8_t *numerators;
    uint8_t *codes;
};

void znn_scaled_room_free(struct scaled_room *room)
{
    znn_buffer_free(&room->scales);
    znn_buffer_free(&room->codes);
}

static bool divide_memory(struct scaled_room *room, struct row *row)
{
    room->scales.size = room->codes.size = 0;
    if (!znn_buffer_reserve(&room->scales, row->scale_count * (sizeof(float) + 4 + 4)) ||
        !znn_buffer_reserve(&room->codes, row->pair->count))
        return false;
    row->operands = (float *)(void *)room->scales.data;
    row->wide = room->scales.data + row->scale_count * sizeof(float);
    row->numerators = row->wide + 4 * row->scale_count;
    row->codes = room->codes.data;
    room->numerators = row->numerators;
    return true;
}

/* Reads the scales of the row.  If the file has become shorter, the missing ones read as zeros. */
static enum znn_status read_scales(struct row *row, uint64_t first, struct znn_error *error)
{
    const struct scale_tensor *tensor = row->pair->scales;
    const size_t width = znn_float_width(tensor->type), size = row->scale_count * width;
    size_t got;
    enum znn_status status =
        znn_source_read(row->pair->model, tensor->offset + first * width, row->numerators, size, &got, error);
    if (status)
        return status;
    memset(row->numerators + got, 0, size - got);
    znn_float_convert((enum float_type)tensor->type, FLOAT_F32, FLOAT_NEAREST, row->numerators, row->scale_count,
                      row->wide);
    return ZNN_OK;
}

/* Describes the scales as short numerators with a common divisor if that is exact, else as they are. */
static void describe_scales(struct row *row)
{
    static const enum float_type types[] = {FLOAT_BF16, FLOAT_F16, FLOAT_F32};
    static const uint16_t divisors[] = {1, 448, 127, 240};
    const uint16_t own = row->pair->scales->divisor;
    for (unsigned t = 0; t < sizeof types / sizeof *types; t++)
        for (unsigned d = 0; d < sizeof divisors / sizeof *divisors; d++) {
            if (d > 0 && own != 1)
                continue;
            if (!znn_scales_shorten(row->wide, row->scale_count, types[t], divisors[d], row->numerators))
                continue;
            row->scaling.type = (uint8_t)types[t];
            row->scaling.divisor = own != 1 ? own : divisors[d];
            return;
        }
    memcpy(row->numerators, row->wide, 4 * row->scale_count); /* NaNs, which equal nothing */
    row->scaling.type = FLOAT_F32;
    row->scaling.divisor = own;
}

/* Predicts some elements of the row, which needs operands. */
static void predict(const struct row *row, size_t start, size_t count, uint8_t *codes)
{
    znn_scaled_predict(&row->scaling, &row->types, row->operands, start,
                       row->pair->base + start * znn_float_width(row->types.from), count, codes);
}

/* A method is a way and a rounding. */
static void use_method(struct row *row, unsigned method)
{
    row->types.rounding = method < WAYS ? FLOAT_NEAREST : FLOAT_TRUNCATE;
    row->scaling.way = ways[method % WAYS];
    znn_scaled_operands(&row->scaling, row->types.from, row->numerators, row->scale_count, row->operands);
}

static size_t count_equal(const uint8_t *a, const uint8_t *b, size_t count)
{
    size_t equal = 0;
    for (size_t i = 0; i < count; i++)
        equal += a[i] == b[i];
    return equal;
}

/* Returns how many elements of a sample are as predicted. */
static size_t count_hits(const struct row *row)
{
    const size_t count = row->pair->count, run = count > RUN ? RUN : count;
    const unsigned runs = count > RUN ? RUNS : 1;
    uint8_t codes[RUN];
    size_t hits = 0;
    for (unsigned i = 0; i < runs; i++) {
        size_t start = runs > 1 ? (size_t)((uint64_t)(count - run) * i / (runs - 1)) : 0;
        predict(row, start, run, codes);
        hits += count_equal(codes, row->pair->data + start, run);
    }
    return hits;
}

/* Predicts the whole row with the methods that have `most` hits, until all codes are right.  Keeps the best result. */
static void compare_methods(struct row *row, const size_t *hits, size_t most)
{
    const size_t count = row->pair->count;
    unsigned best = METHODS, last = METHODS;
    size_t most_right = 0;
    for (unsigned i = 0; i < METHODS && most_right < count; i++) {
        if (hits[i] < most)
            continue;
        use_method(row, i);
        predict(row, 0, count, row->codes);
        size_t right = count_equal(row->codes, row->pair->data, count);
        last = i;
        if (best < METHODS && right <= most_right)
            continue;
        most_right = right;
        best = i;
    }
    if (best == last)
        return;
    use_method(row, best);
    predict(row, 0, count, row->codes);
}

/* Predicts the row with the method that is right for most elements.  A sample leaves few methods to compare. */
static void predict_row(struct row *row)
{
    size_t hits[METHODS], most = 0;
    for (unsigned i = 0; i < METHODS; i++) {
        use_method(row, i);
        hits[i] = count_hits(row);
        most = hits[i] > most ? hits[i] : most;
    }
    compare_methods(row, hits, most);
}

enum znn_status znn_scaled_base(const struct scaled_pair *pair, struct delta *delta, struct scaled_room *room,
                                const uint8_t **codes, struct znn_error *error)
{
    struct row row = {.pair = pair,
                      .types = {.from = (enum float_type)delta->conversion.from, .to = delta->conversion.to}};
    uint64_t first;
    row.scaling.grid = scale_grid_at(pair->scales, pair->place, &first);
    row.scale_count = (size_t)znn_scale_count(&row.scaling.grid, pair->count);
    if (!divide_memory(room, &row))
        return znn_fail_memory(error, pair->count);
    enum znn_status status = read_scales(&row, first, error);
    if (status)
        return status;
    describe_scales(&row);
    predict_row(&row);
    delta->conversion.rounding = (uint8_t)row.types.rounding;
    delta->scales.scaling = row.scaling;
    delta->scales.count = (uint32_t)row.scale_count;
    *codes = row.codes;
    return ZNN_OK;
}

enum znn_status znn_scaled_encode(struct encode_call *call, struct delta *delta, struct scaled_room *room,
                                  struct znn_error *error)
{
    struct delta_scales *scales = &delta->scales;
    const unsigned width = znn_float_width(scales->scaling.type);
    uint8_t *group = room->scales.data; /* the operands are no longer needed */
    enum znn_status status = ZNN_OK;
    for (unsigned g = 0; g < width && !status; g++) {
        for (size_t i = 0; i < scales->count; i++)
            group[i] = room->numerators[i * width + width - 1 - g];
        status = znn_part_encode_stream(call, group, scales->count, STREAM_FLOAT, &scales->groups[g], error);
    }
    return status;
}

/*
 * delta_encoder.c - from the bytes of a part and its base to the streams of the part
 *
 *     base, data --> contexts, values --> plan: buckets
 *                    partition: values by context --> tokens, by bucket --> packed --> streams
 *                                                 --> low bits, escapes -------------> streams
 *
 * If the elements may be rounded, znn also makes values from the casts of both to integers (cast_delta.h), and follows
 * the plan that promises to be smaller.
 */
#include "engine/delta/delta_encoder.h"

#include <string.h>

#include "codec/statistics.h"
#include "common/memory.h"
#include "container/format.h"
#include "engine/coding/fixed_type.h"
#include "engine/delta/cast_delta.h"
#include "engine/delta/changes_encoder.h"
#include "engine/delta/converted_base.h"
#include "engine/delta/delta_value.h"
#include "transform/bits.h"

/* Tokens with less entropy than this, in 1/ENTROPY_ONE bit, may get smaller if several of them share a byte. */
#define PACKING_BELOW (3 * ENTROPY_ONE / 2)

/* The space for the low bits of a part of `size` bytes. */
#define LOW_SIZE(size) ((size) + 8)

/* Elements to look at before anything is encoded twice. */
#define SAMPLE_RUNS 16
#define SAMPLE_RUN 1024

/* A part that is being encoded. */
struct row {
    unsigned width;
    enum delta_coding coding;
    unsigned context_shift;
    size_t count;
    struct partition partition;
    /* In the encoder's working memory: */
    uint8_t *values;
    uint8_t *sorted; /* values by context */
    uint8_t *contexts;
    uint8_t *tokens; /* by context */
    uint8_t *room;   /* for packed tokens */
    struct low_writer low;
    struct exceptions exceptions; /* to a cast */
};

struct delta_encoder *znn_delta_encoder_new(struct base_source source)
{
    struct delta_encoder *encoder = znn_allocate_zeroed(1, sizeof *encoder);
    if (!encoder)
        return NULL;
    encoder->source = source;
    encoder->planner = znn_delta_planner_new();
    if (encoder->planner)
        return encoder;
    znn_delta_encoder_free(encoder);
    return NULL;
}

void znn_delta_encoder_free(struct delta_encoder *encoder)
{
    if (!encoder)
        return;
    znn_delta_planner_free(encoder->planner);
    znn_buffer_free(&encoder->base);
    znn_buffer_free(&encoder->converted);
    znn_buffer_free(&encoder->work);
    znn_buffer_free(&encoder->exceptions);
    znn_buffer_free(&encoder->sample);
    znn_scaled_room_free(&encoder->scaled);
    znn_release(encoder);
}

static bool divide_memory(struct delta_encoder *encoder, struct row *row)
{
    struct buffer *work = &encoder->work;
    size_t size = row->count * row->width;
    size_t aligned = (size + PARTITION_MARGIN + 7) & ~(size_t)7;
    work->size = 0;
    if (!znn_buffer_reserve(work, 2 * aligned + 3 * row->count))
        return false;
    row->values = work->data;
    row->sorted = row->values + aligned;
    row->contexts = row->sorted + aligned;
    row->tokens = row->contexts + row->count;
    row->room = row->tokens + row->count;
    return true;
}

/* Finds and counts the contexts of the row. */
static void sort_out(struct row *row, const uint8_t *base)
{
    znn_delta_contexts(base, row->count, row->width, row->context_shift, row->contexts);
    znn_partition_count(&row->partition, row->contexts, row->count, row->width);
}

/* Plans the row as differences and, if its numbers are not floats, also as exclusive-ors.  Keeps the smaller plan. */
static uint64_t plan_row(struct delta_encoder *encoder, struct row *row, enum dtype type, const uint8_t *base,
                         const uint8_t *data, struct delta *delta)
{
    uint64_t least = UINT64_MAX;
    enum delta_coding best = DELTA_DIFFERENCE;
    int codings = znn_dtype_info(type)->number == NUMBER_FLOAT ? DELTA_XOR : DELTA_XOR + 1;
    sort_out(row, base);
    for (int i = 0; i <= codings; i++) {
        if (i == codings && row->coding == best)
            break; /* the last plan was the best and is still in *delta */
        row->coding = i == codings ? best : (enum delta_coding)i;
        znn_delta_split(base, data, row->count, row->width, row->coding, row->values);
        uint64_t bits =
            znn_delta_plan(encoder->planner, row->width, &row->partition, row->contexts, row->values, delta);
        if (bits < least) {
            least = bits;
            best = row->coding;
        }
    }
    return least;
}

static struct row make_row(enum dtype type, size_t count)
{
    return (struct row){
        .width = znn_dtype_info(type)->word,
        .context_shift = znn_delta_context_shift(type),
        .count = count,
    };
}

/* Returns whether differences modulo the width of an element can describe the casts.  Counts *exceptions. */
static bool can_cast(const struct row *row, const struct fixed_point *fixed, const uint8_t *data, size_t *exceptions)
{
    unsigned length = znn_fixed_measure(fixed, data, row->count, exceptions);
    return length < 8 * row->width && *exceptions <= row->count / FIXED_EXCEPTIONS_SHARE;
}

/* Turns the row into the difference of its casts, and plans it. */
static uint64_t plan_casts(struct delta_encoder *encoder, struct row *row, const struct fixed_point *fixed,
                           const uint8_t *base, const uint8_t *data, size_t exceptions, uint8_t *restored,
                           struct delta *delta)
{
    size_t map_size = bits_size(row->count, 1);
    if (!znn_buffer_reserve(&encoder->exceptions, map_size + exceptions * row->width))
        return UINT64_MAX;
    row->exceptions =
        (struct exceptions){.map = encoder->exceptions.data, .values = encoder->exceptions.data + map_size};
    memset(row->exceptions.map, 0, map_size);
    row->coding = DELTA_CASTS;
    znn_cast_delta_split(fixed, base, data, row->count, row->values, restored, &row->exceptions);
    return znn_delta_plan(encoder->planner, row->width, &row->partition, row->contexts, row->values, delta);
}

uint64_t znn_delta_estimate(struct delta_encoder *encoder, enum dtype type, const struct znn_lossy *lossy,
                            const uint8_t *base, const uint8_t *data, size_t count, struct delta *delta)
{
    struct row row = make_row(type, count);
    size_t exceptions;
    if (memcmp(base, data, count * row.width) == 0)
        return 0;
    if (!divide_memory(encoder, &row))
        return UINT64_MAX;
    uint64_t bits = plan_row(encoder, &row, type, base, data, delta);
    if (!lossy || bits == UINT64_MAX)
        return bits;
    struct fixed_point fixed = znn_fixed_asked_delta(lossy, type);
    if (!can_cast(&row, &fixed, data, &exceptions))
        return bits;
    /* The restored bytes go to the memory of the sorted values, which is still free, and are ignored. */
    uint64_t rounded = plan_casts(encoder, &row, &fixed, base, data, exceptions, row.sorted, delta);
    return rounded == UINT64_MAX || rounded < bits ? rounded : bits;
}

/* Estimates the size of a stream of the `size` bytes at `data`, in 1/ENTROPY_ONE bit. */
static uint64_t stream_bits(const uint8_t *data, size_t size)
{
    struct statistics statistics;
    znn_statistics_count(&statistics, data, size);
    return (uint64_t)znn_statistics_huffman(&statistics) * size;
}

/* Packs 2^packing tokens into each byte. */
static size_t pack(const uint8_t *tokens, size_t count, unsigned packing, uint8_t *target)
{
    unsigned bits = 8u >> packing;
    unsigned limit = (1u << bits) - 1;
    size_t size = 0;
    for (size_t i = 0; i < count; size++) {
        unsigned byte = 0;
        for (unsigned shift = 0; shift < 8 && i < count; shift += bits, i++)
            byte |= (tokens[i] < limit ? tokens[i] : limit) << shift;
        target[size] = (uint8_t)byte;
    }
    return size;
}

/* Counts the tokens that are too large for the packing. */
static size_t count_beyond(const uint8_t *tokens, size_t count, unsigned packing)
{
    unsigned limit = (1u << (8u >> packing)) - 1;
    size_t beyond = 0;
    for (size_t i = 0; i < count; i++)
        beyond += tokens[i] >= limit;
    return beyond;
}

/* Chooses the packing of a bucket's tokens.  Uses `room` for the packed tokens. */
static unsigned choose_packing(const uint8_t *tokens, size_t count, unsigned width, uint8_t *room)
{
    struct statistics statistics;
    znn_statistics_count(&statistics, tokens, count);
    if (znn_statistics_values(&statistics) < 2 || znn_statistics_entropy(&statistics) >= PACKING_BELOW)
        return 0;
    unsigned best = 0;
    uint64_t least = UINT64_MAX;
    for (unsigned packing = 0; packing <= DELTA_PACKING_MAX; packing++) {
        uint64_t escapes = count_beyond(tokens, count, packing);
        uint64_t bits = stream_bits(room, pack(tokens, count, packing, room)) + escapes * 8 * width * ENTROPY_ONE;
        if (bits < least) {
            least = bits;
            best = packing;
        }
    }
    return best;
}

/* Turns all sorted values into tokens and low bits. */
static void make_tokens(struct row *row, const struct delta *delta)
{
    const uint8_t *values = row->sorted;
    uint8_t *tokens = row->tokens;
    unsigned context = 0;
    row->low.data[0] = 0;
    for (unsigned b = 0; b < delta->bucket_count; b++) {
        const struct delta_bucket *bucket = &delta->buckets[b];
        for (unsigned first = context; context <= bucket->last; context++) {
            uint32_t count = znn_partition_total(&row->partition, context);
            unsigned shift = delta_shift(bucket, first, context);
            znn_delta_tokens(values, count, row->width, shift, tokens);
            znn_delta_low_write(values, count, row->width, shift, &row->low);
            values += (size_t)count * row->width;
            tokens += count;
        }
    }
}

/* Appends the escapes of a bucket, whose tokens are not packed yet and start with number `start`. */
static void add_escapes(struct row *row, const struct delta_bucket *bucket, unsigned first, size_t start,
                        uint8_t **escapes)
{
    unsigned limit = delta_limit(bucket);
    size_t i = start;
    for (unsigned context = first; context <= bucket->last; context++) {
        size_t end = i + znn_partition_total(&row->partition, context);
        unsigned shift = delta_shift(bucket, first, context);
        for (; i < end; i++) {
            if (row->tokens[i] < limit)
                continue;
            uint8_t rest[8];
            store_le64(rest, delta_value(row->sorted, row->width, i) >> shift);
            memcpy(*escapes, rest, row->width);
            *escapes += row->width;
        }
    }
}

/* Encodes the tokens of each bucket and appends its escapes to *escapes. */
static enum znn_status encode_tokens(struct encode_call *call, struct row *row, struct delta *delta, uint8_t **escapes,
                                     struct znn_error *error)
{
    enum znn_status status = ZNN_OK;
    unsigned first = 0;
    size_t start = 0;
    for (unsigned b = 0; b < delta->bucket_count && !status; b++) {
        struct delta_bucket *bucket = &delta->buckets[b];
        uint8_t *tokens = row->tokens + start;
        size_t size = bucket->count;
        bucket->packing = (uint8_t)choose_packing(tokens, size, row->width, row->room);
        add_escapes(row, bucket, first, start, escapes);
        if (bucket->packing > 0)
            size = pack(tokens, size, bucket->packing, tokens);
        status = znn_part_encode_stream(call, tokens, size, STREAM_FLOAT, &bucket->stream, error);
        start += bucket->count;
        first = bucket->last + 1u;
    }
    return status;
}

static enum znn_status encode_exceptions(struct encode_call *call, const struct row *row, struct delta *delta,
                                         struct znn_error *error)
{
    const struct exceptions *exceptions = &row->exceptions;
    delta->cast.exceptions = exceptions->count;
    if (exceptions->count == 0)
        return ZNN_OK;
    enum znn_status status =
        znn_part_encode_stream(call, exceptions->map, bits_size(row->count, 1), STREAM_BYTES, &delta->cast.map, error);
    if (!status)
        status = znn_part_encode_stream(call, exceptions->values, (size_t)exceptions->count * row->width, STREAM_BYTES,
                                        &delta->cast.values, error);
    return status;
}

/* Encodes a planned row.  The base is no longer needed, so its memory takes the low bits. */
static enum znn_status encode_row(struct delta_encoder *encoder, struct encode_call *call, struct row *row,
                                  struct delta *delta, struct znn_error *error)
{
    encoder->base.size = 0;
    if (!znn_buffer_reserve(&encoder->base, LOW_SIZE(row->count * row->width)))
        return znn_fail_memory(error, row->count * row->width);
    row->low.data = encoder->base.data;
    delta->width = (uint8_t)row->width;
    delta->coding = (uint8_t)row->coding;
    delta->context_shift = (uint8_t)row->context_shift;
    znn_partition_scatter(&row->partition, row->contexts, row->values, row->width, row->sorted);
    make_tokens(row, delta);
    uint8_t *escapes = row->values; /* the values are no longer needed */
    enum znn_status status = encode_tokens(call, row, delta, &escapes, error);
    size_t escape_size = (size_t)(escapes - row->values);
    delta->low_size = (uint32_t)((row->low.position + 7) / 8);
    delta->escapes = (uint32_t)(escape_size / row->width);
    if (delta->low_size > 0 && !status)
        status = znn_part_encode_stream(call, row->low.data, delta->low_size, STREAM_FLOAT, &delta->low_stream, error);
    if (escape_size > 0 && !status)
        status = znn_part_encode_stream(call, row->values, escape_size, STREAM_BYTES, &delta->escape_stream, error);
    return status ? status : encode_exceptions(call, row, delta, error);
}

/* Describes a part that equals its base: one bucket of zeros. */
static enum znn_status encode_equal(const struct row *row, struct delta *delta, struct znn_error *error)
{
    delta->width = (uint8_t)row->width;
    delta->coding = DELTA_DIFFERENCE;
    delta->context_shift = (uint8_t)row->context_shift;
    delta->bucket_count = 0;
    struct delta_bucket *bucket = znn_delta_add_bucket(delta);
    if (!bucket)
        return znn_fail_memory(error, sizeof *bucket);
    *bucket = (struct delta_bucket){
        .last = PARTITION_CONTEXTS - 1,
        .count = (uint32_t)row->count,
        .stream = {.kind = STREAM_CONSTANT},
    };
    return ZNN_OK;
}

/*
 * Finds the base of the `size` bytes of `input`, and converts or scales it if it has another type.  Reserves the memory
 * that encode_row() needs in its place later.
 */
static enum znn_status fetch(struct encode_call *call, const struct part_input *input, uint32_t size,
                             const uint8_t **base, struct znn_error *error)
{
    struct delta_encoder *encoder = call->encoder->deltas;
    struct delta *delta = input->delta;
    const struct base_source *source = &encoder->source;
    uint32_t base_size = delta_base_size(delta, size);
    encoder->base.size = 0;
    if (!znn_buffer_reserve(&encoder->base, LOW_SIZE(base_size > size ? base_size : size)))
        return znn_fail_memory(error, size);
    enum znn_status status = source->fetch(source->context, delta, base_size, NULL, &encoder->base, base, error);
    if (status || delta->conversion.from == FLOAT_NONE)
        return status;
    if (input->scales) {
        const struct scaled_pair pair = {
            .model = call->encoder->coding.model,
            .scales = input->scales,
            .place = input->place,
            .base = *base,
            .data = input->data,
            .count = size,
        };
        return znn_scaled_base(&pair, delta, &encoder->scaled, base, error);
    }
    *base = znn_converted_base(&delta->conversion, *base, input->data, size, &encoder->converted);
    return *base ? ZNN_OK : znn_fail_memory(error, size);
}

static void describe(struct part *part, unsigned width, struct delta *delta)
{
    part->transform = TRANSFORM_DELTA;
    part->width = (uint16_t)width;
    part->delta = delta;
}

/*
 * Estimates from a sample whether buckets may be smaller than the `size` bytes that the changes take.  The estimate is
 * an entropy, which codes of whole bits do not reach, so it must be clearly smaller.  Returns true if memory runs out.
 */
static bool buckets_promise(struct delta_encoder *encoder, enum dtype type, const uint8_t *base, const uint8_t *data,
                            const struct row *row, size_t size, struct delta *delta)
{
    const size_t run = (size_t)SAMPLE_RUN * row->width, all = SAMPLE_RUNS * run;
    encoder->sample.size = 0;
    if (row->count < 2 * SAMPLE_RUNS * SAMPLE_RUN || !znn_buffer_reserve(&encoder->sample, 2 * all))
        return true;
    for (size_t i = 0; i < SAMPLE_RUNS; i++) {
        size_t start = (row->count - SAMPLE_RUN) / (SAMPLE_RUNS - 1) * i * row->width;
        memcpy(encoder->sample.data + i * run, base + start, run);
        memcpy(encoder->sample.data + all + i * run, data + start, run);
    }
    uint64_t bits = znn_delta_estimate(encoder, type, NULL, encoder->sample.data, encoder->sample.data + all,
                                       SAMPLE_RUNS * SAMPLE_RUN, delta);
    uint64_t estimate = bits == UINT64_MAX ? 0 : bits / 8 * row->count / (SAMPLE_RUNS * SAMPLE_RUN);
    return estimate < size - size / 8;
}

enum znn_status znn_delta_encode(struct encode_call *call, const struct part_input *input, struct part *part,
                                 struct znn_error *error)
{
    struct delta_encoder *encoder = call->encoder->deltas;
    struct delta *delta = input->delta;
    const enum dtype type = input->type;
    const uint8_t *data = input->data;
    struct row row = make_row(type, part->size / znn_dtype_info(type)->word);
    const uint8_t *base;
    describe(part, row.width, delta);
    enum znn_status status = fetch(call, input, part->size, &base, error);
    if (!status && input->scales)
        status = znn_scaled_encode(call, delta, &encoder->scaled, error);
    if (status)
        return status;
    if (memcmp(base, data, part->size) == 0)
        return encode_equal(&row, delta, error);
    const size_t start = call->encoder->payload.size;
    bool few;
    status = znn_changes_encode(call, base, data, part->size, row.width, &encoder->work, delta, &few, error);
    if (status || (few && delta->changes.count <= row.count / CHANGES_RARE))
        return status;
    const size_t middle = call->encoder->payload.size;
    const size_t few_size = middle - start + znn_part_described_size(part);
    if (few && !buckets_promise(encoder, type, base, data, &row, few_size, delta))
        return ZNN_OK;
    if (!divide_memory(encoder, &row) || plan_row(encoder, &row, type, base, data, delta) == UINT64_MAX)
        return znn_fail_memory(error, part->size);
    status = encode_row(encoder, call, &row, delta, error);
    if (status || !few)
        return status;
    bool last = call->encoder->payload.size - middle + znn_part_described_size(part) <= few_size;
    znn_payload_keep(call, start, middle, last);
    if (!last) {
        delta->coding = DELTA_CHANGES;
        delta->context_shift = 0;
    }
    return ZNN_OK;
}

enum znn_status znn_delta_encode_rounded(struct encode_call *call, const struct part_input *input, struct part *part,
                                         uint8_t *restored, bool *done, struct znn_error *error)
{
    struct delta_encoder *encoder = call->encoder->deltas;
    struct delta *delta = input->delta;
    const enum dtype type = input->type;
    const uint8_t *data = input->data;
    struct row row = make_row(type, part->size / znn_dtype_info(type)->word);
    struct fixed_point fixed = znn_fixed_asked_delta(&call->encoder->coding.lossy, type);
    const uint8_t *base;
    size_t exceptions;
    *done = false;
    if (!can_cast(&row, &fixed, data, &exceptions))
        return znn_delta_encode(call, input, part, error);
    enum znn_status status = fetch(call, input, part->size, &base, error);
    if (status)
        return status;
    if (memcmp(base, data, part->size) == 0)
        return znn_delta_encode(call, input, part, error);
    if (!divide_memory(encoder, &row))
        return znn_fail_memory(error, part->size);
    uint64_t exact = plan_row(encoder, &row, type, base, data, delta);
    uint64_t rounded = plan_casts(encoder, &row, &fixed, base, data, exceptions, restored, delta);
    if (exact == UINT64_MAX || rounded == UINT64_MAX)
        return znn_fail_memory(error, part->size);
    if (exact <= rounded)
        return znn_delta_encode(call, input, part, error);
    *done = true;
    describe(part, row.width, delta);
    delta->cast = (struct delta_cast){.type = (uint8_t)type, .precision = (uint8_t)fixed.bits, .floor = fixed.floor};
    return encode_row(encoder, call, &row, delta, error);
}

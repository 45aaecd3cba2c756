/*
 * palette_encoder.c - parts of few values
 *
 * The encoder must find out which neighbours share their values: the whole part, a row, or the 32 or more elements that
 * were quantized under one scale.  It tries lengths that are powers of two on one block of the part.  The best of them
 * competes with one palette for the whole part.  Rows of other lengths share a palette in smaller runs, if their length
 * is a multiple of 32.
 *
 *     block    |--|--|--|--|--|--|--|--|     runs of 32, 64, 128, ...: what would they cost, by their entropy?
 *     part     |-----------------------|     and one run?
 */
#include "engine/part/palette_encoder.h"

#include "codec/statistics.h"
#include "container/format.h"
#include "container/part_palette.h"

#define BLOCK 16384u /* elements; the longest run except the whole part */
#define SHORTEST_RUN 32u

struct attempt {
    struct encode_call *call;
    struct part_encoder *encoder; /* that of the call */
    const uint8_t *data;
    size_t count;
    unsigned width;
    unsigned rotation;
    size_t run;    /* the best of the runs that were tried */
    uint64_t cost; /* the cost of an element with this run, in 1/ENTROPY_ONE bit */
};

/* Returns the order-0 entropy of `count` bytes, in 1/ENTROPY_ONE bit. */
static uint64_t bytes_cost(const uint8_t *bytes, size_t count)
{
    struct statistics statistics;
    znn_statistics_count(&statistics, bytes, count);
    return (uint64_t)znn_statistics_entropy(&statistics) * count;
}

/* Returns the cost of an element in byte groups. */
static uint64_t groups_cost(struct attempt *attempt, const uint8_t *data, size_t count)
{
    uint8_t *groups[GROUPS_MAX];
    uint64_t sum = 0;
    for (unsigned g = 0; g < attempt->width; g++)
        groups[g] = attempt->encoder->groups.data + g * count;
    znn_groups_split(data, count, attempt->width, attempt->rotation, groups);
    for (unsigned g = 0; g < attempt->width; g++)
        sum += bytes_cost(groups[g], count);
    return sum / count;
}

/* Returns the cost of an element with the palette that was built.  Works in the memory of the groups. */
static uint64_t palette_cost(struct attempt *attempt, size_t count)
{
    const struct palette *palette = &attempt->encoder->palette;
    uint8_t *room = attempt->encoder->groups.data;
    uint64_t sum = 0;
    znn_palette_groups(palette, attempt->width, room);
    for (unsigned g = 0; g < attempt->width; g++)
        sum += bytes_cost(room + g * palette->value_count, palette->value_count);
    for (size_t i = 0; i < count; i++)
        room[i] = (uint8_t)palette->indexes[i];
    sum += bytes_cost(room, count);
    for (size_t i = 0; i < count; i++)
        room[i] = (uint8_t)(palette->indexes[i] >> 8);
    sum += bytes_cost(room, count);
    if (palette->run_count > 1)
        sum += bytes_cost(palette->counts, palette->run_count);
    return sum / count;
}

static bool build(struct attempt *attempt, const uint8_t *data, size_t count, size_t run)
{
    return znn_palette_build(&attempt->encoder->palette, data, count, attempt->width, attempt->rotation, run,
                             count - count / 2);
}

/* Tries all lengths of runs on a block from the middle of the part. */
static void try_runs(struct attempt *attempt)
{
    size_t count = attempt->count < BLOCK ? attempt->count : BLOCK;
    const uint8_t *block = attempt->data + attempt->count / 2 / BLOCK * BLOCK * attempt->width;
    if (attempt->count < 2 * BLOCK)
        block = attempt->data;
    uint64_t groups = groups_cost(attempt, block, count);
    attempt->cost = groups - groups / 8; /* a palette must save an eighth to be worth the trouble */
    for (size_t run = SHORTEST_RUN; run <= count; run *= 2) {
        if (!build(attempt, block, count, run))
            continue;
        uint64_t cost = palette_cost(attempt, count);
        if (cost < attempt->cost) {
            attempt->cost = cost;
            attempt->run = run;
        }
    }
}

/* Chooses between runs and one palette for the part, and builds it.  Returns false if neither is worth it. */
static bool choose(struct attempt *attempt)
{
    try_runs(attempt);
    size_t run = attempt->run;
    if (build(attempt, attempt->data, attempt->count, attempt->count) &&
        palette_cost(attempt, attempt->count) <= attempt->cost) {
        attempt->run = attempt->count;
        return true;
    }
    return run > 0 && build(attempt, attempt->data, attempt->count, run);
}

static uint8_t index_bits(const struct palette *palette)
{
    if (palette->run_count == 1 && palette->value_count > PALETTE_RUN_VALUES)
        return 16;
    unsigned most = palette->counts[0] + 1u;
    for (size_t i = 1; i < palette->run_count; i++)
        most = palette->counts[i] + 1u > most ? palette->counts[i] + 1u : most;
    return most <= 2 ? 1 : most <= 4 ? 2 : most <= 16 ? 4 : 8;
}

/* Appends the indexes, which have fewer than 16 bits, as one stream. */
static enum znn_status encode_indexes(struct attempt *attempt, unsigned bits, struct stream *stream,
                                      struct znn_error *error)
{
    struct part_encoder *encoder = attempt->encoder;
    size_t size = (attempt->count * bits + 7) / 8;
    znn_palette_pack(encoder->palette.indexes, attempt->count, bits, encoder->groups.data);
    return znn_part_encode_stream(attempt->call, encoder->groups.data, size, STREAM_FLOAT, stream, error);
}

/* Encodes indexes of few bits packed and one to a byte.  How they repeat decides which is smaller. */
static enum znn_status encode_narrow(struct attempt *attempt, struct part *part, struct stream *stream,
                                     struct znn_error *error)
{
    const struct buffer *payload = &attempt->encoder->payload;
    struct stream rival;
    size_t start = payload->size;
    enum znn_status status = encode_indexes(attempt, part->palette.bits, stream, error);
    size_t middle = payload->size;
    if (status || part->palette.bits == 8)
        return status;
    status = encode_indexes(attempt, 8, &rival, error);
    bool last = !status && payload->size - middle < middle - start;
    znn_payload_keep(attempt->call, start, middle, last);
    if (last) {
        part->palette.bits = 8;
        *stream = rival;
    }
    return status;
}

static enum znn_status encode_wide(struct attempt *attempt, struct stream *streams, struct znn_error *error)
{
    struct part_encoder *encoder = attempt->encoder;
    uint8_t *room = encoder->groups.data;
    enum znn_status status = ZNN_OK;
    for (unsigned k = 0; k < 2 && !status; k++) {
        for (size_t i = 0; i < attempt->count; i++)
            room[i] = (uint8_t)(encoder->palette.indexes[i] >> (k == 0 ? 8 : 0));
        status = znn_part_encode_stream(attempt->call, room, attempt->count, STREAM_FLOAT, &streams[k], error);
    }
    return status;
}

static enum znn_status encode_streams(struct attempt *attempt, struct part *part, struct znn_error *error)
{
    struct part_encoder *encoder = attempt->encoder;
    const struct palette *palette = &encoder->palette;
    struct stream *stream = part->streams;
    enum znn_status status = ZNN_OK;
    if (palette_has_counts(part))
        status =
            znn_part_encode_stream(attempt->call, palette->counts, palette->run_count, STREAM_FLOAT, stream++, error);
    znn_palette_groups(palette, attempt->width, encoder->groups.data);
    for (unsigned g = 0; g < attempt->width && !status; g++)
        status = znn_part_encode_stream(attempt->call, encoder->groups.data + g * palette->value_count,
                                        palette->value_count, STREAM_FLOAT, stream++, error);
    if (status)
        return status;
    return part->palette.bits > 8 ? encode_wide(attempt, stream, error) : encode_narrow(attempt, part, stream, error);
}

enum znn_status znn_palette_encode(struct encode_call *call, const struct part_input *input, struct part *part,
                                   bool *worth, struct znn_error *error)
{
    const struct dtype_info *dtype = znn_dtype_info(input->type);
    const struct palette *palette = &call->encoder->palette;
    struct attempt attempt = {
        .call = call,
        .encoder = call->encoder,
        .data = input->data,
        .count = part->size / dtype->word,
        .width = dtype->word,
        .rotation = dtype->number == NUMBER_FLOAT ? ROTATION_PURE : 0,
    };
    *worth = false;
    if (dtype->word < 2 || !znn_palette_promises(input->data, attempt.count, attempt.width))
        return ZNN_OK;
    if (!znn_palette_reserve(&call->encoder->palette, attempt.count))
        return znn_fail_memory(error, attempt.count);
    *worth = choose(&attempt);
    if (!*worth)
        return ZNN_OK;
    part->transform = TRANSFORM_PALETTE;
    part->width = (uint16_t)attempt.width;
    part->palette = (struct part_palette){
        .rotation = (uint8_t)attempt.rotation,
        .bits = index_bits(palette),
        .run = (uint32_t)attempt.run,
        .values = (uint32_t)palette->value_count,
    };
    part->stream_count = znn_palette_stream_count(part);
    return encode_streams(&attempt, part, error);
}

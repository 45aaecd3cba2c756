/*
 * delta_decoder.c - from the streams of a part and the bytes of its base to its bytes
 *
 * If the base has another type, its numbers are converted or scaled first.
 *
 *     streams --> tokens of a bucket --> unpacked --> values --> put back in order --> added to the base --> part
 *             --> low bits, escapes ------------------^          as its contexts say
 */
#include "engine/delta/delta_decoder.h"

#include <string.h>

#include "container/part_delta.h"
#include "engine/coding/fixed_type.h"
#include "engine/coding/signs.h"
#include "engine/delta/cast_delta.h"
#include "engine/delta/delta_value.h"
#include "engine/delta/scales_decoder.h"
#include "transform/changes.h"

/* A part that is being decoded. */
struct row {
    size_t count;
    const uint8_t *base;
    struct partition partition;
    struct low_reader low;
    const uint8_t *escapes;
    size_t escapes_left;
    const uint8_t *map; /* of the exceptions to a cast */
    const uint8_t *exceptions;
    /* In scratch memory: */
    uint8_t *sorted; /* values by context */
    uint8_t *values;
    uint8_t *contexts;
    uint8_t *tokens; /* of a bucket, packed */
    uint8_t *unpacked;
    uint8_t *rest; /* low bits, escapes and exceptions */
};

void znn_delta_decoder_close(struct delta_decoder *decoder)
{
    znn_buffer_free(&decoder->base);
    znn_buffer_free(&decoder->converted);
    znn_buffer_free(&decoder->ahead);
}

/* Returns whether the base agrees with the directory about the numbers in each bucket and the number of low bits. */
static bool fits_base(const struct row *row, const struct delta *delta)
{
    uint64_t low = 0;
    unsigned context = 0;
    for (unsigned b = 0; b < delta->bucket_count; b++) {
        const struct delta_bucket *bucket = &delta->buckets[b];
        uint64_t count = 0;
        for (unsigned first = context; context <= bucket->last; context++) {
            uint32_t total = znn_partition_total(&row->partition, context);
            count += total;
            low += (uint64_t)total * delta_shift(bucket, first, context);
        }
        if (count != bucket->count)
            return false;
    }
    return delta->low_size == (low + 7) / 8;
}

/* Unpacks the tokens of a bucket from their bytes.  Returns false if the bits after the last token are not zero. */
static bool unpack(const struct delta_bucket *bucket, const uint8_t *packed, uint8_t *tokens)
{
    unsigned bits = 8u >> bucket->packing;
    unsigned limit = delta_limit(bucket);
    size_t each = (size_t)1 << bucket->packing;
    uint8_t table[256][8];
    for (unsigned byte = 0; byte < 256; byte++)
        for (size_t k = 0; k < each; k++) {
            unsigned token = byte >> (k * bits) & limit;
            table[byte][k] = token == limit ? DELTA_ESCAPE : (uint8_t)token;
        }
    size_t whole = bucket->count / each;
    for (size_t i = 0; i < whole; i++)
        memcpy(tokens + i * each, table[packed[i]], each);
    size_t left = bucket->count % each;
    if (left == 0)
        return true;
    memcpy(tokens + whole * each, table[packed[whole]], left);
    return packed[whole] >> (left * bits) == 0;
}

/* Replaces those of `count` values of one context whose tokens announce an escape. */
static bool apply_escapes(struct row *row, const uint8_t *tokens, size_t count, unsigned width, unsigned shift,
                          unsigned limit, uint8_t *values)
{
    const uint8_t *found = tokens;
    while ((found = memchr(found, DELTA_ESCAPE, count - (size_t)(found - tokens)))) {
        uint8_t bytes[8] = {0};
        size_t i = (size_t)(found++ - tokens);
        if (row->escapes_left-- == 0)
            return false;
        memcpy(bytes, row->escapes, width);
        row->escapes += width;
        uint64_t rest = load_le64(bytes);
        if (rest < limit || rest >> (8 * width - shift - 1) > 1)
            return false;
        uint64_t low = delta_value(values, width, i) & (((uint64_t)1 << shift) - 1);
        delta_set_value(values, width, i, rest << shift | low);
    }
    return true;
}

/* Turns the tokens of a bucket into values.  The first context of the bucket is `first`. */
static bool make_values(struct row *row, const struct delta *delta, const struct delta_bucket *bucket, unsigned first,
                        const uint8_t *tokens, uint8_t *values)
{
    for (unsigned context = first; context <= bucket->last; context++) {
        uint32_t count = znn_partition_total(&row->partition, context);
        unsigned shift = delta_shift(bucket, first, context);
        if (count == 0)
            continue;
        znn_delta_values(tokens, count, delta->width, shift, &row->low, values);
        if (!apply_escapes(row, tokens, count, delta->width, shift, delta_limit(bucket), values))
            return false;
        tokens += count;
        values += (size_t)count * delta->width;
    }
    return true;
}

/* Decodes the low bits and escapes, which come after the tokens of all buckets, but are needed with them. */
static bool decode_rest(struct decode_call *call, struct row *row, const struct delta *delta)
{
    struct decode_call ahead = *call;
    size_t escapes = (size_t)delta->escapes * delta->width;
    for (unsigned b = 0; b < delta->bucket_count; b++)
        ahead.payload += delta->buckets[b].stream.size;
    row->low.size = delta->low_size;
    row->escapes_left = delta->escapes;
    if (delta->low_size > 0) {
        row->low.data = znn_part_decode_stream(&ahead, &delta->low_stream, delta->low_size, row->rest);
        if (!row->low.data)
            return false;
    }
    if (escapes > 0)
        row->escapes = znn_part_decode_stream(&ahead, &delta->escape_stream, escapes, row->rest + delta->low_size);
    return escapes == 0 || row->escapes;
}

/* Decodes the exceptions, which come after all other streams. */
static bool decode_exceptions(struct decode_call *call, struct row *row, const struct delta *delta)
{
    uint32_t map_size = delta_map_size(delta, (uint32_t)row->count * delta->width);
    uint8_t *room = row->rest + delta->low_size + (size_t)delta->escapes * delta->width;
    if (delta->cast.exceptions == 0)
        return true;
    row->map = znn_part_decode_stream(call, &delta->cast.map, map_size, room);
    row->exceptions = znn_part_decode_stream(call, &delta->cast.values, (size_t)delta->cast.exceptions * delta->width,
                                             room + map_size);
    return row->map && row->exceptions;
}

static bool decode_streams(struct decode_call *call, struct row *row, const struct delta *delta)
{
    uint8_t *values = row->sorted;
    unsigned first = 0;
    if (!decode_rest(call, row, delta))
        return false;
    for (unsigned b = 0; b < delta->bucket_count; b++) {
        const struct delta_bucket *bucket = &delta->buckets[b];
        const uint8_t *tokens = znn_part_decode_stream(call, &bucket->stream, delta_token_size(bucket), row->tokens);
        if (tokens && bucket->packing > 0)
            tokens = unpack(bucket, tokens, row->unpacked) ? row->unpacked : NULL;
        if (!tokens || !make_values(row, delta, bucket, first, tokens, values))
            return false;
        values += (size_t)bucket->count * delta->width;
        first = bucket->last + 1u;
    }
    call->payload += delta->low_stream.size + delta->escape_stream.size;
    if (!decode_exceptions(call, row, delta))
        return false;
    unsigned used = row->low.position % 8;
    return row->escapes_left == 0 && (used == 0 || row->low.data[row->low.size - 1] >> used == 0);
}

static bool divide_memory(struct buffer *room, struct row *row, const struct delta *delta)
{
    size_t size = (row->count * delta->width + PARTITION_MARGIN + 7) & ~(size_t)7;
    size_t rest = delta->low_size + (size_t)(delta->escapes + delta->cast.exceptions) * delta->width;
    if (delta->cast.exceptions > 0)
        rest += delta_map_size(delta, (uint32_t)row->count * delta->width);
    if (!znn_buffer_reserve(room, 2 * size + 3 * row->count + rest))
        return false;
    row->sorted = room->data;
    row->values = row->sorted + size; /* after the sorted values and their margin */
    row->contexts = row->values + size;
    row->tokens = row->contexts + row->count;
    row->unpacked = row->tokens + row->count;
    row->rest = row->unpacked + row->count;
    return true;
}

/* Puts the values back in order and turns them into elements. */
static bool merge(const struct row *row, const struct delta *delta, uint8_t *target)
{
    const struct delta_cast *cast = &delta->cast;
    enum delta_coding coding = (enum delta_coding)delta->coding;
    if (coding != DELTA_CASTS && znn_partition_gather_delta(&row->partition, row->contexts, row->sorted, delta->width,
                                                            row->base, coding, target))
        return true;
    znn_partition_gather(&row->partition, row->contexts, row->sorted, delta->width, row->values);
    if (coding != DELTA_CASTS) {
        znn_delta_merge(row->base, row->values, row->count, delta->width, coding, target);
        return true;
    }
    struct fixed_point fixed = {
        .type = znn_fixed_type(cast->type),
        .bits = cast->precision,
        .floor = cast->floor,
    };
    return znn_cast_delta_merge(&fixed, row->base, row->values, row->count, target) &&
           (cast->exceptions == 0 ||
            znn_exceptions_decode(row->map, row->exceptions, row->count, delta->width, cast->exceptions, target));
}

void znn_delta_ahead_clear(struct delta_decoder *decoder)
{
    decoder->ahead.size = decoder->used = 0;
}

static uint32_t base_size(const struct part *part)
{
    return znn_part_format(part->transform)->base_size(part);
}

bool znn_delta_fetch_ahead(struct delta_decoder *decoder, const struct part *part)
{
    struct buffer *ahead = &decoder->ahead;
    uint32_t size = base_size(part);
    return size <= DELTA_PART_MAX - ahead->size && znn_buffer_reserve(ahead, DELTA_PART_MAX - ahead->size) &&
           decoder->source.fetch_ahead &&
           decoder->source.fetch_ahead(decoder->source.context, part->delta, size, ahead);
}

enum znn_status znn_delta_fetch(struct delta_decoder *decoder, const struct nested *nested, const struct part *part,
                                const uint8_t **base, struct znn_error *error)
{
    uint32_t size = base_size(part);
    if (size <= decoder->ahead.size - decoder->used) {
        *base = decoder->ahead.data + decoder->used;
        decoder->used += size;
        return ZNN_OK;
    }
    const struct base_source *source = &decoder->source;
    return source->fetch ? source->fetch(source->context, part->delta, size, nested, &decoder->base, base, error)
                         : ZNN_ERROR_CORRUPT;
}

/* Turns the numbers of the base into the type of the part. */
static enum znn_status convert(struct decode_call *call, const struct row *row, const struct delta *delta,
                               uint8_t *target, struct znn_error *error)
{
    const struct delta_conversion *conversion = &delta->conversion;
    if (delta_is_scaled(delta))
        return znn_scales_decode(call, delta, row->base, row->count, target, error);
    znn_float_convert((enum float_type)conversion->from, (enum float_type)conversion->to,
                      (enum float_rounding)conversion->rounding, row->base, row->count, target);
    return ZNN_OK;
}

/* Makes the changes to the base, which is at `target`. */
static enum znn_status decode_changes(struct decode_call *call, const struct delta *delta, size_t count,
                                      uint8_t *target, struct znn_error *error)
{
    const struct delta_changes *changes = &delta->changes;
    struct buffer *room = &call->nested.scratch->sorted;
    const uint8_t *groups[8];
    if (!znn_buffer_reserve(room, changes->gap_size + (size_t)changes->count * delta->width))
        return znn_fail_memory(error, changes->gap_size);
    uint8_t *place = room->data + changes->gap_size;
    const uint8_t *gaps = znn_part_decode_stream(call, &changes->gaps, changes->gap_size, room->data);
    for (unsigned g = 0; g < delta->width && gaps; g++, place += changes->count) {
        groups[g] = znn_part_decode_stream(call, &changes->groups[g], changes->count, place);
        gaps = groups[g] ? gaps : NULL;
    }
    bool good = gaps && znn_changes_apply(gaps, changes->gap_size, groups, changes->count, target, count, delta->width);
    return good ? ZNN_OK : ZNN_ERROR_CORRUPT;
}

enum znn_status znn_delta_blame(struct delta_decoder *decoder, const struct part *part, struct znn_error *error)
{
    const struct base_source *source = &decoder->source;
    return source->blame ? source->blame(source->context, part->delta, &decoder->base, error) : ZNN_OK;
}

enum znn_status znn_delta_decode(struct decode_call *call, const struct part *part, uint8_t *target,
                                 struct znn_error *error)
{
    const struct delta *delta = part->delta;
    const bool is_converted = delta->conversion.from != FLOAT_NONE;
    struct row row = {.count = part->size / delta->width};
    enum znn_status status = znn_delta_fetch(call->decoder->deltas, &call->nested, part, &row.base, error);
    if (status)
        return status;
    if (znn_delta_is_sparse(delta)) {
        if (is_converted)
            status = convert(call, &row, delta, target, error);
        else
            memcpy(target, row.base, part->size);
        return !status && delta->coding == DELTA_CHANGES ? decode_changes(call, delta, row.count, target, error)
                                                         : status;
    }
    if (is_converted) {
        struct buffer *converted = &call->decoder->deltas->converted;
        converted->size = 0;
        if (!znn_buffer_reserve(converted, part->size))
            return znn_fail_memory(error, part->size);
        status = convert(call, &row, delta, converted->data, error);
        if (status)
            return status;
        row.base = converted->data;
    }
    if (!divide_memory(&call->nested.scratch->sorted, &row, delta))
        return znn_fail_memory(error, part->size);
    znn_delta_contexts(row.base, row.count, delta->width, delta->context_shift, row.contexts);
    znn_partition_count(&row.partition, row.contexts, row.count, delta->width);
    if (!fits_base(&row, delta) || !decode_streams(call, &row, delta))
        return ZNN_ERROR_CORRUPT;
    return merge(&row, delta, target) ? ZNN_OK : ZNN_ERROR_CORRUPT;
}

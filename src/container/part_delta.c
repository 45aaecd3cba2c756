/*
 * part_delta.c - the description of a part that is coded as a difference
 */
#include "container/part_delta.h"

#include <string.h>

#include "common/array.h"
#include "common/memory.h"
#include "container/format.h"
#include "container/part_fixed.h"
#include "container/part_scales.h"
#include "container/stream_entry.h"
#include "transform/changes.h"

#define SLOPE 0x40
#define SHIFT_MASK 0x3f

struct delta *znn_delta_pool_take(struct delta_pool *pool)
{
    if (pool->used == pool->count) {
        struct delta **deltas = znn_array_grow(pool->deltas, pool->count, &pool->capacity, sizeof *deltas);
        struct delta *delta = deltas ? znn_allocate_zeroed(1, sizeof *delta) : NULL;
        if (deltas)
            pool->deltas = deltas;
        if (!delta)
            return NULL;
        pool->deltas[pool->count++] = delta;
    }
    struct delta *delta = pool->deltas[pool->used++];
    *delta = (struct delta){
        .buckets = delta->buckets,
        .bucket_capacity = delta->bucket_capacity,
        .ranges = delta->ranges,
        .range_capacity = delta->range_capacity,
    };
    return delta;
}

void znn_delta_pool_clear(struct delta_pool *pool)
{
    pool->used = 0;
}

void znn_delta_pool_free(struct delta_pool *pool)
{
    for (size_t i = 0; i < pool->count; i++) {
        znn_release(pool->deltas[i]->buckets);
        znn_release(pool->deltas[i]->ranges);
        znn_release(pool->deltas[i]);
    }
    znn_release(pool->deltas);
    *pool = (struct delta_pool){0};
}

bool znn_delta_is_sparse(const struct delta *delta)
{
    if (delta->coding == DELTA_CHANGES)
        return true;
    if (delta->coding > DELTA_XOR || delta->bucket_count != 1 || delta->low_size > 0 || delta->escapes > 0)
        return false;
    const struct delta_bucket *all = &delta->buckets[0];
    return all->stream.kind == STREAM_CONSTANT && all->stream.value == 0 && all->shift == 0;
}

static bool are_equal(const struct row_order *a, const struct row_order *b)
{
    return a->row_bytes == b->row_bytes && a->head == b->head && a->columns == b->columns;
}

bool znn_delta_add_range(struct delta *delta, uint32_t tensor, uint64_t offset, uint32_t size,
                         const struct row_order *order)
{
    static const struct row_order in_order = {.row_bytes = 0};
    struct delta_range *last = delta->range_count ? &delta->ranges[delta->range_count - 1] : NULL;
    order = order ? order : &in_order;
    if (last && last->tensor == tensor && last->offset + last->size == offset && are_equal(&last->order, order)) {
        last->size += size;
        return true;
    }
    struct delta_range *ranges =
        znn_array_grow(delta->ranges, delta->range_count, &delta->range_capacity, sizeof *ranges);
    if (!ranges)
        return false;
    delta->ranges = ranges;
    ranges[delta->range_count++] =
        (struct delta_range){.tensor = tensor, .offset = offset, .size = size, .order = *order};
    return true;
}

struct delta_bucket *znn_delta_add_bucket(struct delta *delta)
{
    struct delta_bucket *buckets =
        znn_array_grow(delta->buckets, delta->bucket_count, &delta->bucket_capacity, sizeof *buckets);
    if (!buckets)
        return NULL;
    delta->buckets = buckets;
    buckets += delta->bucket_count++;
    *buckets = (struct delta_bucket){0};
    return buckets;
}

static uint64_t changes_payload(const struct delta *delta)
{
    uint64_t size = delta->changes.gaps.size;
    for (unsigned g = 0; g < delta->width; g++)
        size += delta->changes.groups[g].size;
    return size;
}

static uint64_t rest_payload(const struct part *part)
{
    const struct delta *delta = part->delta;
    uint64_t size = znn_scales_payload(delta);
    if (delta->coding == DELTA_CHANGES)
        return size + changes_payload(delta);
    size += (uint64_t)delta->low_stream.size + delta->escape_stream.size;
    size += (uint64_t)delta->cast.map.size + delta->cast.values.size;
    for (unsigned b = 0; b < delta->bucket_count; b++)
        size += delta->buckets[b].stream.size;
    return size;
}

static uint64_t zigzag(int64_t difference)
{
    return difference < 0 ? ~((uint64_t)difference << 1) : (uint64_t)difference << 1;
}

static bool write_exceptions(const struct delta_cast *cast, struct buffer *out)
{
    return znn_buffer_append_leb128(out, cast->exceptions) &&
           (cast->exceptions == 0 || (znn_stream_write(&cast->map, out) && znn_stream_write(&cast->values, out)));
}

static bool write_shape(const struct part *part, struct buffer *out)
{
    const struct delta *delta = part->delta;
    const struct delta_conversion *conversion = &delta->conversion;
    const bool scaled = delta_is_scaled(delta);
    unsigned converted = scaled ? DELTA_SCALED : conversion->from != FLOAT_NONE ? DELTA_CONVERTED : 0;
    bool good = znn_buffer_append_u8(out, delta->width) &&
                znn_buffer_append_u8(out, (uint8_t)(delta->coding | converted)) &&
                znn_buffer_append_u8(out, delta->context_shift);
    if (scaled)
        good = good && znn_scales_write_shape(delta, out);
    else if (converted)
        good = good && znn_buffer_append_u8(out, conversion->from) && znn_buffer_append_u8(out, conversion->to) &&
               znn_buffer_append_u8(out, conversion->rounding);
    if (delta->coding == DELTA_CASTS)
        good = good && znn_buffer_append_u8(out, delta->cast.type) &&
               znn_buffer_append_u8(out, delta->cast.precision) && znn_buffer_append_u8(out, delta->cast.floor);
    return good;
}

static bool write_order(const struct row_order *order, struct buffer *out)
{
    return znn_buffer_append_u8(out, 0) && znn_buffer_append_leb128(out, order->row_bytes) &&
           znn_buffer_append_leb128(out, order->head) && znn_buffer_append_leb128(out, order->columns);
}

bool znn_delta_write_ranges(const struct delta *delta, struct buffer *out)
{
    bool good = znn_buffer_append_leb128(out, delta->range_count);
    int64_t tensor = 0;
    for (size_t i = 0; i < delta->range_count && good; i++) {
        const struct delta_range *range = &delta->ranges[i];
        good = znn_buffer_append_leb128(out, zigzag((int64_t)range->tensor - tensor)) &&
               znn_buffer_append_leb128(out, range->offset) &&
               (range->order.row_bytes == 0 || write_order(&range->order, out)) &&
               znn_buffer_append_leb128(out, range->size);
        tensor = range->tensor;
    }
    return good;
}

static bool write_buckets(const struct delta *delta, struct buffer *out)
{
    bool good = znn_buffer_append_leb128(out, delta->bucket_count);
    for (unsigned b = 0; b < delta->bucket_count && good; b++) {
        const struct delta_bucket *bucket = &delta->buckets[b];
        good = znn_buffer_append_u8(out, bucket->last) &&
               znn_buffer_append_u8(out, bucket->shift | (bucket->slope ? SLOPE : 0)) &&
               znn_buffer_append_u8(out, bucket->packing) && znn_buffer_append_leb128(out, bucket->count) &&
               znn_stream_write(&bucket->stream, out);
    }
    return good;
}

static bool write_changes(const struct delta *delta, struct buffer *out)
{
    const struct delta_changes *changes = &delta->changes;
    bool good = znn_buffer_append_leb128(out, changes->count) && znn_buffer_append_leb128(out, changes->gap_size) &&
                znn_stream_write(&changes->gaps, out);
    for (unsigned g = 0; g < delta->width && good; g++)
        good = znn_stream_write(&changes->groups[g], out);
    return good;
}

static bool write_rest(const struct part *part, struct buffer *out)
{
    const struct delta *delta = part->delta;
    bool good = znn_delta_write_ranges(delta, out) && znn_scales_write_groups(delta, out);
    if (delta->coding == DELTA_CHANGES)
        return good && write_changes(delta, out);
    good = good && write_buckets(delta, out) && znn_buffer_append_leb128(out, delta->low_size);
    if (delta->low_size > 0)
        good = good && znn_stream_write(&delta->low_stream, out);
    good = good && znn_buffer_append_leb128(out, delta->escapes);
    if (delta->escapes > 0)
        good = good && znn_stream_write(&delta->escape_stream, out);
    if (delta->coding == DELTA_CASTS)
        good = good && write_exceptions(&delta->cast, out);
    return good;
}

/* Returns false if there is no such order. */
static bool parse_order(struct byte_reader *reader, struct row_order *order)
{
    uint64_t row_bytes = read_leb128(reader), head = read_leb128(reader), columns = read_leb128(reader);
    if (reader->bad || row_bytes < ROW_BYTES_MIN || row_bytes > DELTA_PART_MAX || head == 0 || head > ROW_HEAD_MAX ||
        columns == 0 || head % columns != 0)
        return false;
    *order = (struct row_order){(uint32_t)row_bytes, (uint16_t)head, (uint16_t)columns};
    return true;
}

enum znn_status znn_delta_parse_ranges(struct part_parser *parser, uint32_t size, struct delta *delta)
{
    uint64_t count = read_leb128(&parser->reader);
    uint64_t tensor = 0;
    uint64_t left = size;
    if (count == 0 || count > DELTA_RANGES_MAX)
        return znn_part_fail(parser);
    for (uint64_t i = 0; i < count; i++) {
        uint64_t step = read_leb128(&parser->reader);
        uint64_t offset = read_leb128(&parser->reader);
        uint64_t length = read_leb128(&parser->reader);
        struct row_order order = {.row_bytes = 0};
        if (length == 0) {
            if (!parse_order(&parser->reader, &order))
                return znn_part_fail(parser);
            length = read_leb128(&parser->reader);
        }
        tensor += step & 1 ? ~(step >> 1) : step >> 1; /* modulo 2^64, so a negative number is too large */
        if (parser->reader.bad || tensor >= BASE_TENSORS_MAX || length == 0 || length > left ||
            offset > UINT64_MAX - length)
            return znn_part_fail(parser);
        left -= length;
        if (!znn_delta_add_range(delta, (uint32_t)tensor, offset, (uint32_t)length, &order))
            return znn_fail_memory(parser->error, sizeof(struct delta_range));
    }
    return left == 0 ? ZNN_OK : znn_part_fail(parser);
}

static enum znn_status parse_buckets(struct part_parser *parser, uint32_t elements, struct delta *delta)
{
    uint64_t count = read_leb128(&parser->reader);
    uint64_t left = elements;
    int last = -1;
    if (count == 0 || count > DELTA_BUCKETS_MAX)
        return znn_part_fail(parser);
    for (uint64_t i = 0; i < count; i++) {
        struct delta_bucket *bucket = znn_delta_add_bucket(delta);
        if (!bucket)
            return znn_fail_memory(parser->error, sizeof *bucket);
        bucket->last = read_u8(&parser->reader);
        unsigned shift = read_u8(&parser->reader);
        bucket->packing = read_u8(&parser->reader);
        uint64_t members = read_leb128(&parser->reader);
        bucket->shift = shift & SHIFT_MASK;
        bucket->slope = shift & SLOPE;
        if (parser->reader.bad || bucket->last <= last || shift > (SLOPE | SHIFT_MASK) ||
            bucket->shift >= 8 * delta->width || bucket->shift > DELTA_SHIFT_MAX ||
            bucket->packing > DELTA_PACKING_MAX || members == 0 || members > left)
            return znn_part_fail(parser);
        bucket->count = (uint32_t)members;
        left -= members;
        last = bucket->last;
        enum znn_status status = znn_part_parse_stream(parser, delta_token_size(bucket), &bucket->stream);
        if (status)
            return status;
    }
    return left == 0 && last == PARTITION_CONTEXTS - 1 ? ZNN_OK : znn_part_fail(parser);
}

/* Reads the low bits and escapes.  Neither may be larger than the part. */
static enum znn_status parse_low_bits(struct part_parser *parser, uint32_t size, struct delta *delta)
{
    enum znn_status status = ZNN_OK;
    uint64_t low = read_leb128(&parser->reader);
    if (parser->reader.bad || low > size)
        return znn_part_fail(parser);
    delta->low_size = (uint32_t)low;
    if (low > 0)
        status = znn_part_parse_stream(parser, delta->low_size, &delta->low_stream);
    if (status)
        return status;
    uint64_t escapes = read_leb128(&parser->reader);
    if (parser->reader.bad || escapes > size / delta->width)
        return znn_part_fail(parser);
    delta->escapes = (uint32_t)escapes;
    if (escapes > 0)
        status = znn_part_parse_stream(parser, delta->escapes * delta->width, &delta->escape_stream);
    return status;
}

static enum znn_status parse_conversion(struct part_parser *parser, struct delta *delta)
{
    unsigned from = read_u8(&parser->reader);
    unsigned to = read_u8(&parser->reader);
    unsigned rounding = read_u8(&parser->reader);
    if (parser->reader.bad)
        return znn_part_fail(parser);
    if (znn_float_width(from) == 0 || znn_float_width(to) == 0)
        return znn_part_fail_new(parser, "conversion of type", znn_float_width(from) == 0 ? from : to);
    if (rounding >= FLOAT_ROUNDING_COUNT)
        return znn_part_fail_new(parser, "rounding of a conversion", rounding);
    delta->conversion =
        (struct delta_conversion){.from = (uint8_t)from, .to = (uint8_t)to, .rounding = (uint8_t)rounding};
    return from != to && znn_float_width(to) == delta->width ? ZNN_OK : znn_part_fail(parser);
}

static enum znn_status parse_cast(struct part_parser *parser, struct delta *delta)
{
    unsigned type = read_u8(&parser->reader);
    unsigned precision = read_u8(&parser->reader);
    unsigned rounding = read_u8(&parser->reader);
    unsigned width = znn_part_fixed_width((uint8_t)type);
    if (parser->reader.bad)
        return znn_part_fail(parser);
    if (width == 0)
        return znn_part_fail_new(parser, "fixed point of type", type);
    if (rounding > 1)
        return znn_part_fail_new(parser, "rounding", rounding);
    delta->cast.type = (uint8_t)type;
    delta->cast.precision = (uint8_t)precision;
    delta->cast.floor = rounding == 1;
    bool good = width == delta->width && znn_part_fixed_allows((uint8_t)type, precision);
    return good ? ZNN_OK : znn_part_fail(parser);
}

static enum znn_status parse_exceptions(struct part_parser *parser, uint32_t size, struct delta *delta)
{
    uint64_t count = read_leb128(&parser->reader);
    if (parser->reader.bad || count > size / delta->width / FIXED_EXCEPTIONS_SHARE)
        return znn_part_fail(parser);
    delta->cast.exceptions = (uint32_t)count;
    if (count == 0)
        return ZNN_OK;
    enum znn_status status = znn_part_parse_stream(parser, delta_map_size(delta, size), &delta->cast.map);
    if (!status)
        status = znn_part_parse_stream(parser, delta->cast.exceptions * delta->width, &delta->cast.values);
    return status;
}

/* Reads the gaps and the changes.  A gap without a change is CHANGES_SKIP elements long. */
static enum znn_status parse_changes(struct part_parser *parser, uint32_t elements, struct delta *delta)
{
    struct delta_changes *changes = &delta->changes;
    uint64_t count = read_leb128(&parser->reader);
    uint64_t gap_size = read_leb128(&parser->reader);
    if (parser->reader.bad || count == 0 || count > elements || gap_size < count ||
        gap_size - count > elements / CHANGES_SKIP)
        return znn_part_fail(parser);
    changes->count = (uint32_t)count;
    changes->gap_size = (uint32_t)gap_size;
    enum znn_status status = znn_part_parse_stream(parser, changes->gap_size, &changes->gaps);
    for (unsigned g = 0; g < delta->width && !status; g++)
        status = znn_part_parse_stream(parser, changes->count, &changes->groups[g]);
    return status;
}

/* Reads width, coding, context shift, conversion or scales, and cast. */
static enum znn_status parse_coding(struct part_parser *parser, struct delta *delta)
{
    unsigned width = read_u8(&parser->reader);
    unsigned coding = read_u8(&parser->reader);
    unsigned context_shift = read_u8(&parser->reader);
    if (parser->reader.bad)
        return znn_part_fail(parser);
    if (width != 1 && width != 2 && width != 4 && width != 8)
        return znn_part_fail_new(parser, "element width", width);
    const bool converted = coding & DELTA_CONVERTED, scaled = coding & DELTA_SCALED;
    const unsigned own = coding & ~(DELTA_CONVERTED | DELTA_SCALED);
    if (own >= DELTA_CODING_COUNT || (scaled && (converted || own == DELTA_CASTS)))
        return znn_part_fail_new(parser, "coding of differences", coding);
    delta->width = (uint8_t)width;
    delta->coding = (uint8_t)own;
    delta->context_shift = (uint8_t)context_shift;
    if (context_shift > 8 * width - 8 || (delta->coding == DELTA_CHANGES && context_shift > 0))
        return znn_part_fail(parser);
    enum znn_status status = scaled      ? znn_scales_parse_shape(parser, delta)
                             : converted ? parse_conversion(parser, delta)
                                         : ZNN_OK;
    return !status && delta->coding == DELTA_CASTS ? parse_cast(parser, delta) : status;
}

static enum znn_status parse_shape(struct part_parser *parser, struct part *part)
{
    part->delta = znn_delta_pool_take(parser->deltas);
    if (!part->delta)
        return znn_fail_memory(parser->error, sizeof *part->delta);
    enum znn_status status = parse_coding(parser, part->delta);
    part->width = part->delta->width;
    return status;
}

static enum znn_status parse_rest(struct part_parser *parser, struct part *part)
{
    struct delta *delta = part->delta;
    if (part->size > DELTA_PART_MAX)
        return znn_part_fail(parser);
    enum znn_status status = znn_delta_parse_ranges(parser, delta_base_size(delta, part->size), delta);
    if (!status && delta_is_scaled(delta))
        status = znn_scales_parse_groups(parser, part->size / delta->width, delta);
    if (!status && delta->coding == DELTA_CHANGES)
        return parse_changes(parser, part->size / delta->width, delta);
    if (!status)
        status = parse_buckets(parser, part->size / delta->width, delta);
    if (!status)
        status = parse_low_bits(parser, part->size, delta);
    if (!status && delta->coding == DELTA_CASTS)
        status = parse_exceptions(parser, part->size, delta);
    return status;
}

static size_t described_size(const struct part *part)
{
    const struct delta *delta = part->delta;
    size_t casts = delta->coding != DELTA_CASTS ? 0 : delta->cast.exceptions == 0 ? 4 : 8;
    size_t converted = delta_is_scaled(delta) ? 24 : delta->conversion.from != FLOAT_NONE ? 3 : 0;
    if (delta->coding == DELTA_CHANGES)
        return 16 + converted + 8 * delta->range_count + 4 * (size_t)delta->width;
    return 12 + converted + 8 * delta->range_count + 9 * (size_t)delta->bucket_count + casts;
}

static uint32_t base_size(const struct part *part)
{
    return delta_base_size(part->delta, part->size);
}

static bool is_rounded(const struct part *part, unsigned *precision)
{
    *precision = part->delta->cast.precision;
    return part->delta->coding == DELTA_CASTS;
}

const struct part_format znn_delta_format = {
    .name = "delta",
    .needs = PART_NEEDS_BASE,
    .write_shape = write_shape,
    .write_rest = write_rest,
    .parse_shape = parse_shape,
    .parse_rest = parse_rest,
    .rest_payload = rest_payload,
    .described_size = described_size,
    .base_size = base_size,
    .is_rounded = is_rounded,
};

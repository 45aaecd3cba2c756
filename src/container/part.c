/*
 * part.c - what a directory says of one part of a chunk
 */
#include "container/part.h"

#include <string.h>

#include "container/format.h"
#include "container/part_delta.h"
#include "container/part_fixed.h"
#include "container/part_palette.h"
#include "container/stream_entry.h"

static uint32_t block_size(const struct part *part)
{
    if (part->transform == TRANSFORM_REFERENCE)
        return 1;
    if (part->transform != TRANSFORM_FIELDS)
        return part->width;
    uint32_t size = 0;
    for (unsigned i = 0; i < part->stream_count; i++)
        size += part->fields[i];
    return size;
}

uint32_t znn_part_stream_size(const struct part *part, unsigned i)
{
    if (part->transform == TRANSFORM_FIXED)
        return znn_part_fixed_stream_size(part, i);
    if (part->transform == TRANSFORM_PALETTE)
        return znn_palette_stream_size(part, i);
    uint32_t blocks = part->size / block_size(part);
    if (part->transform == TRANSFORM_SPARSE) {
        if (i == 0)
            return (blocks + 7) / 8;
        return i <= part->width ? part->kept : (part->kept + 7) / 8;
    }
    if (part->transform == TRANSFORM_GROUPS)
        return i < part->width ? blocks : blocks / 8 + (blocks % 8 != 0);
    return blocks * part->fields[i];
}

static bool write_shape(const struct part *part, struct buffer *out)
{
    if (!znn_buffer_append_u8(out, part->transform))
        return false;
    if (part->transform == TRANSFORM_GROUPS || part->transform == TRANSFORM_SPARSE)
        return znn_buffer_append_u8(out, part->width) &&
               znn_buffer_append_u8(out, (uint8_t)(part->rotation + (part->signs ? ROTATION_SIGNS : 0)));
    if (part->transform == TRANSFORM_FIXED)
        return znn_part_fixed_write_shape(part, out);
    if (part->transform == TRANSFORM_PALETTE)
        return znn_palette_write_shape(part, out);
    if (part->transform == TRANSFORM_REFERENCE)
        return true;
    return znn_buffer_append_u8(out, part->stream_count) && znn_buffer_append(out, part->fields, part->stream_count);
}

bool znn_part_write(const struct part *part, struct buffer *out)
{
    if (part->transform == TRANSFORM_DELTA)
        return znn_buffer_append_u8(out, part->transform) && znn_part_delta_write(part->delta, part->size, out);
    bool good = write_shape(part, out) && znn_buffer_append_leb128(out, part->size);
    if (part->transform == TRANSFORM_FIXED)
        good = good && znn_part_fixed_write_rest(part, out);
    if (part->transform == TRANSFORM_PALETTE)
        good = good && znn_palette_write_sizes(part, out);
    if (part->transform == TRANSFORM_REFERENCE)
        good = good && znn_buffer_append_leb128(out, part->source);
    if (part->transform == TRANSFORM_SPARSE)
        good = good && znn_buffer_append_leb128(out, part->kept);
    for (unsigned i = 0; i < part->stream_count; i++)
        good = good && znn_stream_write(&part->streams[i], out);
    return good;
}

enum znn_status znn_part_fail(const struct part_parser *parser)
{
    return znn_fail(parser->error, ZNN_ERROR_CORRUPT, parser->place, "the directory of a chunk is malformed");
}

enum znn_status znn_part_fail_new(const struct part_parser *parser, const char *what, unsigned number)
{
    return znn_fail(parser->error, ZNN_ERROR_TOO_NEW, parser->place, "%s %u is not known", what, number);
}

enum znn_status znn_part_parse_stream(struct part_parser *parser, uint32_t size, struct stream *stream)
{
    enum znn_status status =
        znn_stream_parse(&parser->reader, size, parser->payload_left, stream, parser->place, parser->error);
    parser->payload_left -= stream->size;
    return status;
}

static enum znn_status parse_groups(struct part_parser *parser, struct part *part)
{
    unsigned width = read_u8(&parser->reader);
    unsigned rotation = read_u8(&parser->reader);
    if (parser->reader.bad)
        return znn_part_fail(parser);
    if (width != 1 && width != 2 && width != 4 && width != 8)
        return znn_part_fail_new(parser, "element width", width);
    part->signs = rotation >= ROTATION_SIGNS;
    rotation %= ROTATION_SIGNS;
    part->width = (uint8_t)width;
    part->rotation = (uint8_t)rotation;
    part->stream_count = (uint8_t)(width + part->signs);
    return rotation < 8 * width ? ZNN_OK : znn_part_fail(parser);
}

static enum znn_status parse_fields(struct part_parser *parser, struct part *part)
{
    unsigned count = read_u8(&parser->reader);
    const uint8_t *widths = read_bytes(&parser->reader, count);
    if (!widths || count == 0 || count > PART_STREAMS_MAX)
        return znn_part_fail(parser);
    memcpy(part->fields, widths, count);
    part->stream_count = (uint8_t)count;
    return memchr(widths, 0, count) ? znn_part_fail(parser) : ZNN_OK;
}

static enum znn_status parse_delta(struct part_parser *parser, uint32_t size_left, struct part *part)
{
    part->delta = znn_delta_pool_take(parser->deltas);
    if (!part->delta)
        return znn_fail_memory(parser->error, sizeof *part->delta);
    return znn_part_delta_parse(parser, size_left, part, part->delta);
}

static enum znn_status parse_shape(struct part_parser *parser, struct part *part)
{
    switch (part->transform) {
    case TRANSFORM_GROUPS:
    case TRANSFORM_SPARSE:
        return parse_groups(parser, part);
    case TRANSFORM_FIELDS:
        return parse_fields(parser, part);
    case TRANSFORM_FIXED:
        return znn_part_fixed_parse_shape(parser, part);
    case TRANSFORM_REFERENCE:
        return ZNN_OK;
    case TRANSFORM_PALETTE:
        return znn_palette_parse_shape(parser, part);
    default:
        return znn_part_fail_new(parser, "transform", part->transform);
    }
}

/* What a reference names lies before its chunk. */
static enum znn_status parse_source(struct part_parser *parser, struct part *part)
{
    part->source = read_leb128(&parser->reader);
    bool before = part->source <= parser->offset && part->size <= parser->offset - part->source;
    return before && !parser->reader.bad ? ZNN_OK : znn_part_fail(parser);
}

/* How many elements are not zero; the map comes before their groups. */
static enum znn_status parse_kept(struct part_parser *parser, struct part *part)
{
    uint64_t kept = read_leb128(&parser->reader);
    if (parser->reader.bad || kept == 0 || kept > part->size / part->width)
        return znn_part_fail(parser);
    part->kept = (uint32_t)kept;
    part->stream_count++;
    return ZNN_OK;
}

enum znn_status znn_part_parse(struct part_parser *parser, uint32_t size_left, struct part *part)
{
    part->transform = read_u8(&parser->reader);
    if (parser->reader.bad)
        return znn_part_fail(parser);
    if (part->transform == TRANSFORM_DELTA)
        return parse_delta(parser, size_left, part);
    enum znn_status status = parse_shape(parser, part);
    if (status)
        return status;
    uint64_t size = read_leb128(&parser->reader);
    if (parser->reader.bad || size == 0 || size > size_left || size % block_size(part) != 0)
        return znn_part_fail(parser);
    part->size = (uint32_t)size;
    if (part->transform == TRANSFORM_FIXED)
        status = znn_part_fixed_parse_rest(parser, part);
    if (part->transform == TRANSFORM_PALETTE)
        status = znn_palette_parse_sizes(parser, part);
    if (part->transform == TRANSFORM_REFERENCE)
        status = parse_source(parser, part);
    if (part->transform == TRANSFORM_SPARSE)
        status = parse_kept(parser, part);
    for (unsigned i = 0; i < part->stream_count && !status; i++)
        status = znn_part_parse_stream(parser, znn_part_stream_size(part, i), &part->streams[i]);
    return status;
}

/*
 * chunk.c - the directory of a chunk, written and read
 *
 *     | parts | 0 W R size stream... | 1 F widths size stream... | segments | layout size stream |
 *               a part of groups       a part of fields            only if there are segments
 *
 * All sizes are LEB128; stream_entry.h tells what describes a stream.
 */
#include "container/chunk.h"

#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/bytes.h"
#include "container/stream_entry.h"

void znn_directory_clear(struct directory *directory)
{
    directory->part_count = 0;
    directory->segment_count = 0;
    directory->layout_segments = 0;
    directory->layout_size = 0;
    directory->layout = (struct stream){0};
}

void znn_directory_free(struct directory *directory)
{
    free(directory->parts);
    free(directory->segments);
    *directory = (struct directory){0};
}

struct part *znn_directory_add_part(struct directory *directory)
{
    struct part *parts =
        znn_array_grow(directory->parts, directory->part_count, &directory->part_capacity, sizeof *parts);
    if (!parts)
        return NULL;
    directory->parts = parts;
    parts += directory->part_count++;
    *parts = (struct part){0};
    return parts;
}

struct segment *znn_directory_add_segment(struct directory *directory)
{
    struct segment *segments =
        znn_array_grow(directory->segments, directory->segment_count, &directory->segment_capacity, sizeof *segments);
    if (!segments)
        return NULL;
    directory->segments = segments;
    segments += directory->segment_count++;
    *segments = (struct segment){0};
    return segments;
}

static uint32_t block_size(const struct part *part)
{
    if (part->transform == TRANSFORM_GROUPS)
        return part->width;
    uint32_t size = 0;
    for (unsigned i = 0; i < part->stream_count; i++)
        size += part->fields[i];
    return size;
}

uint32_t znn_part_stream_size(const struct part *part, unsigned i)
{
    uint32_t blocks = part->size / block_size(part);
    return part->transform == TRANSFORM_GROUPS ? blocks : blocks * part->fields[i];
}

static bool write_shape(const struct part *part, struct buffer *out)
{
    if (!znn_buffer_append_u8(out, part->transform))
        return false;
    if (part->transform == TRANSFORM_GROUPS)
        return znn_buffer_append_u8(out, part->width) && znn_buffer_append_u8(out, part->rotation);
    return znn_buffer_append_u8(out, part->stream_count) && znn_buffer_append(out, part->fields, part->stream_count);
}

static bool write_part(const struct part *part, struct buffer *out)
{
    bool good = write_shape(part, out) && znn_buffer_append_leb128(out, part->size);
    for (unsigned i = 0; i < part->stream_count; i++)
        good = good && znn_stream_write(&part->streams[i], out);
    return good;
}

bool znn_directory_write(const struct directory *directory, struct buffer *out)
{
    bool good = znn_buffer_append_leb128(out, directory->part_count);
    for (size_t i = 0; i < directory->part_count; i++)
        good = good && write_part(&directory->parts[i], out);
    good = good && znn_buffer_append_leb128(out, directory->layout_segments);
    if (directory->layout_segments > 0)
        good =
            good && znn_buffer_append_leb128(out, directory->layout_size) && znn_stream_write(&directory->layout, out);
    return good;
}

bool znn_layout_write(const struct directory *directory, struct buffer *out)
{
    bool good = true;
    for (size_t i = 0; i < directory->segment_count; i++)
        good = good && znn_buffer_append_leb128(out, directory->segments[i].part) &&
               znn_buffer_append_leb128(out, directory->segments[i].size);
    return good;
}

/* What is needed while a directory is read. */
struct parse {
    struct byte_reader reader;
    const struct record *record;
    uint64_t payload_left; /* bytes of it that no stream has claimed yet */
    uint64_t place;
    struct znn_error *error;
};

static enum znn_status fail_malformed(const struct parse *parse)
{
    return znn_fail(parse->error, ZNN_ERROR_CORRUPT, parse->place, "the directory of a chunk is malformed");
}

static enum znn_status fail_new(const struct parse *parse, const char *what, unsigned number)
{
    return znn_fail(parse->error, ZNN_ERROR_TOO_NEW, parse->place, "%s %u is not known", what, number);
}

static enum znn_status parse_stream(struct parse *parse, uint32_t size, struct stream *stream)
{
    enum znn_status status =
        znn_stream_parse(&parse->reader, size, parse->payload_left, stream, parse->place, parse->error);
    parse->payload_left -= stream->size;
    return status;
}

static enum znn_status parse_groups(struct parse *parse, struct part *part)
{
    unsigned width = read_u8(&parse->reader);
    unsigned rotation = read_u8(&parse->reader);
    if (parse->reader.bad)
        return fail_malformed(parse);
    if (width != 1 && width != 2 && width != 4 && width != 8)
        return fail_new(parse, "element width", width);
    part->width = (uint8_t)width;
    part->rotation = (uint8_t)rotation;
    part->stream_count = (uint8_t)width;
    return rotation < 8 * width ? ZNN_OK : fail_malformed(parse);
}

static enum znn_status parse_fields(struct parse *parse, struct part *part)
{
    unsigned count = read_u8(&parse->reader);
    const uint8_t *widths = read_bytes(&parse->reader, count);
    if (!widths || count == 0 || count > PART_STREAMS_MAX)
        return fail_malformed(parse);
    memcpy(part->fields, widths, count);
    part->stream_count = (uint8_t)count;
    return memchr(widths, 0, count) ? fail_malformed(parse) : ZNN_OK;
}

static enum znn_status parse_shape(struct parse *parse, struct part *part)
{
    part->transform = read_u8(&parse->reader);
    if (parse->reader.bad)
        return fail_malformed(parse);
    switch (part->transform) {
    case TRANSFORM_GROUPS:
        return parse_groups(parse, part);
    case TRANSFORM_FIELDS:
        return parse_fields(parse, part);
    default:
        return fail_new(parse, "transform", part->transform);
    }
}

static enum znn_status parse_part(struct parse *parse, struct part *part, uint32_t size_left)
{
    enum znn_status status = parse_shape(parse, part);
    if (status)
        return status;
    uint64_t size = read_leb128(&parse->reader);
    if (parse->reader.bad || size == 0 || size > size_left || size % block_size(part) != 0)
        return fail_malformed(parse);
    part->size = (uint32_t)size;
    for (unsigned i = 0; i < part->stream_count && !status; i++)
        status = parse_stream(parse, znn_part_stream_size(part, i), &part->streams[i]);
    return status;
}

static enum znn_status parse_parts(struct parse *parse, struct directory *directory)
{
    uint64_t count = read_leb128(&parse->reader);
    if (parse->reader.bad || count == 0 || count > PARTS_MAX)
        return fail_malformed(parse);
    uint32_t size_left = parse->record->decoded_size;
    for (uint64_t i = 0; i < count; i++) {
        struct part *part = znn_directory_add_part(directory);
        if (!part)
            return znn_fail_memory(parse->error, sizeof *part);
        enum znn_status status = parse_part(parse, part, size_left);
        if (status)
            return status;
        size_left -= part->size;
    }
    return size_left == 0 ? ZNN_OK : fail_malformed(parse);
}

/* The layout's stream comes first in the payload, so it is known before the segments are. */
static enum znn_status parse_layout_stream(struct parse *parse, struct directory *directory)
{
    uint64_t segments = read_leb128(&parse->reader);
    if (segments == 0 && !parse->reader.bad)
        return ZNN_OK;
    uint64_t size = read_leb128(&parse->reader);
    if (parse->reader.bad || segments < 2 || segments > SEGMENTS_MAX || size > LAYOUT_MAX || size < 2 * segments)
        return fail_malformed(parse);
    directory->layout_segments = (uint32_t)segments;
    directory->layout_size = (uint32_t)size;
    enum znn_status status = parse_stream(parse, directory->layout_size, &directory->layout);
    if (!status && directory->layout.kind == STREAM_CONSTANT)
        return fail_malformed(parse);
    return status;
}

enum znn_status znn_directory_parse(struct directory *directory, const struct record *record, const uint8_t *bytes,
                                    uint64_t place, struct znn_error *error)
{
    struct parse parse = {
        .reader = byte_reader(bytes, record->directory_size),
        .record = record,
        .payload_left = record->payload_size,
        .place = place,
        .error = error,
    };
    znn_directory_clear(directory);
    enum znn_status status = parse_parts(&parse, directory);
    if (!status)
        status = parse_layout_stream(&parse, directory);
    if (!status && (bytes_left(&parse.reader) > 0 || parse.payload_left > 0))
        status = fail_malformed(&parse);
    return status;
}

static enum znn_status fail_layout(uint64_t place, struct znn_error *error)
{
    return znn_fail(error, ZNN_ERROR_CORRUPT, place, "the layout of a chunk is malformed");
}

enum znn_status znn_layout_parse(struct directory *directory, const uint8_t *layout, uint64_t place,
                                 struct znn_error *error)
{
    struct byte_reader reader = byte_reader(layout, directory->layout_size);
    directory->segment_count = 0;
    for (size_t i = 0; i < directory->part_count; i++)
        directory->parts[i].used = 0;
    for (uint32_t i = 0; i < directory->layout_segments; i++) {
        uint64_t part = read_leb128(&reader);
        uint64_t size = read_leb128(&reader);
        if (reader.bad || part >= directory->part_count || size == 0 ||
            size > directory->parts[part].size - directory->parts[part].used)
            return fail_layout(place, error);
        struct segment *segment = znn_directory_add_segment(directory);
        if (!segment)
            return znn_fail_memory(error, sizeof *segment);
        *segment = (struct segment){.part = (uint32_t)part, .size = (uint32_t)size};
        directory->parts[part].used += (uint32_t)size;
    }
    for (size_t i = 0; i < directory->part_count; i++)
        if (directory->parts[i].used != directory->parts[i].size)
            return fail_layout(place, error);
    return bytes_left(&reader) == 0 ? ZNN_OK : fail_layout(place, error);
}

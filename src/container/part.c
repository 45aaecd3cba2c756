/*
 * part.c - the description of a part in a directory
 *
 * This file handles the fields that all descriptions share.  The rows of part_format.h handle the rest.
 */
#include "container/part.h"

#include "container/format.h"
#include "container/part_format.h"
#include "container/stream_entry.h"

/* The approximate bytes of a part in a directory, and of each of its streams. */
#define DESCRIBED 6
#define DESCRIBED_STREAM 4

uint32_t znn_part_stream_size(const struct part *part, unsigned i)
{
    return znn_part_format(part->transform)->stream_size(part, i);
}

size_t znn_part_described_size(const struct part *part)
{
    const struct part_format *format = znn_part_format(part->transform);
    return format->described_size ? format->described_size(part)
                                  : DESCRIBED + DESCRIBED_STREAM * (size_t)part->stream_count;
}

bool znn_part_is_rounded(const struct part *part, unsigned *precision)
{
    const struct part_format *format = znn_part_format(part->transform);
    return format->is_rounded && format->is_rounded(part, precision);
}

bool znn_part_write(const struct part *part, struct buffer *out)
{
    const struct part_format *format = znn_part_format(part->transform);
    bool good = znn_buffer_append_u8(out, part->transform);
    if (format->write_shape)
        good = good && format->write_shape(part, out);
    good = good && znn_buffer_append_leb128(out, part->size);
    if (format->write_rest)
        good = good && format->write_rest(part, out);
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

static enum znn_status parse_size(struct part_parser *parser, uint32_t size_left, struct part *part)
{
    uint64_t size = read_leb128(&parser->reader);
    if (parser->reader.bad || size == 0 || size > size_left || size % part->width != 0)
        return znn_part_fail(parser);
    part->size = (uint32_t)size;
    return ZNN_OK;
}

enum znn_status znn_part_parse(struct part_parser *parser, uint32_t size_left, struct part *part)
{
    unsigned transform = read_u8(&parser->reader);
    if (parser->reader.bad)
        return znn_part_fail(parser);
    const struct part_format *format = znn_part_format(transform);
    if (!format)
        return znn_part_fail_new(parser, "transform", transform);
    part->transform = (uint8_t)transform;
    enum znn_status status = format->parse_shape(parser, part);
    if (!status)
        status = parse_size(parser, size_left, part);
    if (!status && format->parse_rest)
        status = format->parse_rest(parser, part);
    for (unsigned i = 0; i < part->stream_count && !status; i++)
        status = znn_part_parse_stream(parser, format->stream_size(part, i), &part->streams[i]);
    return status;
}

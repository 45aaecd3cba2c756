/*
 * part_fields.c - the description of a part of blocks of fields
 */
#include "container/part_fields.h"

#include <string.h>

static bool write_shape(const struct part *part, struct buffer *out)
{
    return znn_buffer_append_u8(out, part->stream_count) &&
           znn_buffer_append(out, part->fields.widths, part->stream_count);
}

static enum znn_status parse_shape(struct part_parser *parser, struct part *part)
{
    unsigned count = read_u8(&parser->reader);
    const uint8_t *widths = read_bytes(&parser->reader, count);
    if (!widths || count == 0 || count > PART_STREAMS_MAX)
        return znn_part_fail(parser);
    memcpy(part->fields.widths, widths, count);
    part->stream_count = (uint8_t)count;
    for (unsigned i = 0; i < count; i++)
        part->width = (uint16_t)(part->width + widths[i]);
    return memchr(widths, 0, count) ? znn_part_fail(parser) : ZNN_OK;
}

static uint32_t stream_size(const struct part *part, unsigned i)
{
    return part->size / part->width * part->fields.widths[i];
}

const struct part_format znn_fields_format = {
    .name = "fields",
    .write_shape = write_shape,
    .parse_shape = parse_shape,
    .stream_size = stream_size,
};

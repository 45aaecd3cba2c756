/*
 * part_palette.c - the description of a part of few values
 */
#include "container/part_palette.h"

#include "container/format.h"

uint8_t znn_palette_stream_count(const struct part *part)
{
    return (uint8_t)(palette_has_counts(part) + part->width + (part->palette.bits > 8 ? 2 : 1));
}

static uint32_t stream_size(const struct part *part, unsigned i)
{
    unsigned counts = palette_has_counts(part);
    if (i < counts)
        return palette_runs(part);
    if (i < counts + part->width)
        return part->palette.values;
    uint32_t elements = palette_elements(part);
    if (part->palette.bits >= 8)
        return elements;
    uint32_t in_byte = 8u / part->palette.bits;
    return (elements - 1) / in_byte + 1;
}

static bool write_shape(const struct part *part, struct buffer *out)
{
    return znn_buffer_append_u8(out, (uint8_t)part->width) && znn_buffer_append_u8(out, part->palette.rotation) &&
           znn_buffer_append_u8(out, part->palette.bits);
}

static bool write_rest(const struct part *part, struct buffer *out)
{
    return znn_buffer_append_leb128(out, part->palette.run) && znn_buffer_append_leb128(out, part->palette.values);
}

static enum znn_status parse_shape(struct part_parser *parser, struct part *part)
{
    unsigned width = read_u8(&parser->reader);
    unsigned rotation = read_u8(&parser->reader);
    unsigned bits = read_u8(&parser->reader);
    if (parser->reader.bad)
        return znn_part_fail(parser);
    if (width != 2 && width != 4 && width != 8)
        return znn_part_fail_new(parser, "palette width", width);
    if (bits != 1 && bits != 2 && bits != 4 && bits != 8 && bits != 16)
        return znn_part_fail_new(parser, "index width", bits);
    part->width = (uint16_t)width;
    part->palette.rotation = (uint8_t)rotation;
    part->palette.bits = (uint8_t)bits;
    return rotation < 8 * width ? ZNN_OK : znn_part_fail(parser);
}

static enum znn_status parse_rest(struct part_parser *parser, struct part *part)
{
    uint32_t elements = palette_elements(part);
    uint64_t run = read_leb128(&parser->reader);
    uint64_t values = read_leb128(&parser->reader);
    bool whole = run == elements;
    if (parser->reader.bad || run == 0 || run > elements || values == 0 || values > elements - elements / 2)
        return znn_part_fail(parser);
    if (whole ? values > PALETTE_VALUES_MAX : part->palette.bits > 8)
        return znn_part_fail(parser);
    part->palette.run = (uint32_t)run;
    part->palette.values = (uint32_t)values;
    part->stream_count = znn_palette_stream_count(part);
    return ZNN_OK;
}

const struct part_format znn_palette_format = {
    .name = "palette",
    .write_shape = write_shape,
    .write_rest = write_rest,
    .parse_shape = parse_shape,
    .parse_rest = parse_rest,
    .stream_size = stream_size,
};

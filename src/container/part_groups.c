/*
 * part_groups.c - the description of a part of byte groups
 */
#include "container/part_groups.h"

#include "container/format.h"

bool znn_part_groups_write(const struct part *part, const struct part_groups *groups, struct buffer *out)
{
    return znn_buffer_append_u8(out, (uint8_t)part->width) &&
           znn_buffer_append_u8(out, (uint8_t)(groups->rotation + (groups->signs ? ROTATION_SIGNS : 0)));
}

enum znn_status znn_part_groups_parse(struct part_parser *parser, struct part *part, struct part_groups *groups)
{
    unsigned width = read_u8(&parser->reader);
    unsigned rotation = read_u8(&parser->reader);
    if (parser->reader.bad)
        return znn_part_fail(parser);
    if (width != 1 && width != 2 && width != 4 && width != 8)
        return znn_part_fail_new(parser, "element width", width);
    groups->signs = rotation >= ROTATION_SIGNS;
    groups->rotation = (uint8_t)(rotation % ROTATION_SIGNS);
    part->width = (uint16_t)width;
    part->stream_count = (uint8_t)(width + groups->signs);
    return groups->rotation < 8 * width ? ZNN_OK : znn_part_fail(parser);
}

static bool write_shape(const struct part *part, struct buffer *out)
{
    return znn_part_groups_write(part, &part->groups, out);
}

static enum znn_status parse_shape(struct part_parser *parser, struct part *part)
{
    return znn_part_groups_parse(parser, part, &part->groups);
}

static uint32_t stream_size(const struct part *part, unsigned i)
{
    uint32_t elements = part->size / part->width;
    return i < part->width ? elements : elements / 8 + (elements % 8 != 0);
}

/* The signs count for the last group. */
static unsigned group_of(const struct part *part, unsigned i)
{
    return i < part->width ? i : part->width - 1u;
}

const struct part_format znn_groups_format = {
    .name = "groups",
    .write_shape = write_shape,
    .parse_shape = parse_shape,
    .stream_size = stream_size,
    .group_of = group_of,
};

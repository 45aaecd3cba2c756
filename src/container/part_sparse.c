/*
 * part_sparse.c - the description of a part with many zeros
 */
#include "container/part_sparse.h"

#include "container/part_groups.h"

static bool write_shape(const struct part *part, struct buffer *out)
{
    return znn_part_groups_write(part, &part->sparse.groups, out);
}

static bool write_rest(const struct part *part, struct buffer *out)
{
    return znn_buffer_append_leb128(out, part->sparse.kept);
}

static enum znn_status parse_shape(struct part_parser *parser, struct part *part)
{
    return znn_part_groups_parse(parser, part, &part->sparse.groups);
}

static enum znn_status parse_rest(struct part_parser *parser, struct part *part)
{
    uint64_t kept = read_leb128(&parser->reader);
    if (parser->reader.bad || kept == 0 || kept > part->size / part->width)
        return znn_part_fail(parser);
    part->sparse.kept = (uint32_t)kept;
    part->stream_count++; /* the map */
    return ZNN_OK;
}

static uint32_t stream_size(const struct part *part, unsigned i)
{
    uint32_t kept = part->sparse.kept;
    if (i == 0)
        return (part->size / part->width + 7) / 8;
    return i <= part->width ? kept : (kept + 7) / 8;
}

/* The map and the signs count for the last group. */
static unsigned group_of(const struct part *part, unsigned i)
{
    return i > 0 && i <= part->width ? i - 1 : part->width - 1u;
}

const struct part_format znn_sparse_format = {
    .name = "sparse",
    .write_shape = write_shape,
    .write_rest = write_rest,
    .parse_shape = parse_shape,
    .parse_rest = parse_rest,
    .stream_size = stream_size,
    .group_of = group_of,
};

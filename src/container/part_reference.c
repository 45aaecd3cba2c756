/*
 * part_reference.c - the description of a part that occurred before
 */
#include "container/part_reference.h"

static bool write_rest(const struct part *part, struct buffer *out)
{
    return znn_buffer_append_leb128(out, part->reference.source);
}

static enum znn_status parse_shape(struct part_parser *parser, struct part *part)
{
    (void)parser;
    part->width = 1;
    return ZNN_OK;
}

/* A reference must lead to bytes before its chunk. */
static enum znn_status parse_rest(struct part_parser *parser, struct part *part)
{
    uint64_t source = read_leb128(&parser->reader);
    bool before = source <= parser->offset && part->size <= parser->offset - source;
    part->reference.source = source;
    return before && !parser->reader.bad ? ZNN_OK : znn_part_fail(parser);
}

const struct part_format znn_reference_format = {
    .name = "reference",
    .needs = PART_NEEDS_ORIGINAL,
    .write_rest = write_rest,
    .parse_shape = parse_shape,
    .parse_rest = parse_rest,
};

/*
 * part_scales.c - the description of the scales of a part whose base is scaled
 */
#include "container/part_scales.h"

#include "container/stream_entry.h"

static unsigned group_count(const struct delta *delta)
{
    return znn_float_width(delta->scales.scaling.type);
}

bool znn_scales_write_shape(const struct delta *delta, struct buffer *out)
{
    const struct delta_conversion *conversion = &delta->conversion;
    const struct scaling *scaling = &delta->scales.scaling;
    const struct scale_grid *grid = &scaling->grid;
    return znn_buffer_append_u8(out, conversion->from) && znn_buffer_append_u8(out, conversion->to) &&
           znn_buffer_append_u8(out, conversion->rounding) && znn_buffer_append_u8(out, scaling->way) &&
           znn_buffer_append_u8(out, scaling->type) && znn_buffer_append_leb128(out, scaling->divisor) &&
           znn_buffer_append_leb128(out, grid->columns) && znn_buffer_append_leb128(out, grid->height) &&
           znn_buffer_append_leb128(out, grid->width) && znn_buffer_append_leb128(out, grid->start);
}

bool znn_scales_write_groups(const struct delta *delta, struct buffer *out)
{
    bool good = true;
    for (unsigned g = 0; g < group_count(delta) && good; g++)
        good = znn_stream_write(&delta->scales.groups[g], out);
    return good;
}

/* Reads the types, and the way to combine them. */
static enum znn_status parse_types(struct part_parser *parser, struct delta *delta)
{
    struct scaling *scaling = &delta->scales.scaling;
    unsigned from = read_u8(&parser->reader), to = read_u8(&parser->reader), rounding = read_u8(&parser->reader);
    unsigned way = read_u8(&parser->reader), type = read_u8(&parser->reader);
    if (parser->reader.bad)
        return znn_part_fail(parser);
    if (!znn_scaled_from(from) || !znn_scaled_to(to))
        return znn_part_fail_new(parser, "scaling of type", znn_scaled_from(from) ? to : from);
    if (rounding >= FLOAT_ROUNDING_COUNT)
        return znn_part_fail_new(parser, "rounding of a conversion", rounding);
    if (way >= SCALED_WAYS)
        return znn_part_fail_new(parser, "way of scaling", way);
    if (!znn_scaled_from(type))
        return znn_part_fail_new(parser, "scales of type", type);
    delta->conversion =
        (struct delta_conversion){.from = (uint8_t)from, .to = (uint8_t)to, .rounding = (uint8_t)rounding};
    scaling->way = (uint8_t)way;
    scaling->type = (uint8_t)type;
    return delta->width == 1 ? ZNN_OK : znn_part_fail(parser);
}

/* Returns true if a field of the grid is not 0 and not too large. */
static bool is_length(uint64_t value)
{
    return value > 0 && value <= UINT32_MAX;
}

enum znn_status znn_scales_parse_shape(struct part_parser *parser, struct delta *delta)
{
    struct scaling *scaling = &delta->scales.scaling;
    enum znn_status status = parse_types(parser, delta);
    if (status)
        return status;
    uint64_t divisor = read_leb128(&parser->reader), columns = read_leb128(&parser->reader);
    uint64_t height = read_leb128(&parser->reader), width = read_leb128(&parser->reader);
    uint64_t start = read_leb128(&parser->reader);
    if (parser->reader.bad || divisor == 0 || divisor > UINT16_MAX || !is_length(columns) || !is_length(height) ||
        width == 0 || width > columns || start >= columns * height)
        return znn_part_fail(parser);
    scaling->divisor = (uint16_t)divisor;
    scaling->grid = (struct scale_grid){
        .start = start, .columns = (uint32_t)columns, .height = (uint32_t)height, .width = (uint32_t)width};
    return ZNN_OK;
}

enum znn_status znn_scales_parse_groups(struct part_parser *parser, uint32_t elements, struct delta *delta)
{
    struct delta_scales *scales = &delta->scales;
    uint64_t count = znn_scale_count(&scales->scaling.grid, elements);
    if (count > elements)
        return znn_part_fail(parser);
    scales->count = (uint32_t)count;
    enum znn_status status = ZNN_OK;
    for (unsigned g = 0; g < group_count(delta) && !status; g++)
        status = znn_part_parse_stream(parser, scales->count, &scales->groups[g]);
    return status;
}

uint64_t znn_scales_payload(const struct delta *delta)
{
    uint64_t size = 0;
    for (unsigned g = 0; g < group_count(delta); g++)
        size += delta->scales.groups[g].size;
    return size;
}

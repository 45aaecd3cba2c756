/*
 * part_fixed.c - the description of a part of fixed-point numbers
 */
#include "container/part_fixed.h"

#include "container/format.h"

unsigned znn_part_fixed_width(uint8_t type)
{
    switch (type) {
    case FIXED_TYPE_F16:
    case FIXED_TYPE_BF16:
        return 2;
    case FIXED_TYPE_F32:
        return 4;
    case FIXED_TYPE_F64:
        return 8;
    default:
        return 0;
    }
}

bool znn_part_fixed_allows(uint8_t type, unsigned precision)
{
    return precision <= (type == FIXED_TYPE_F64 ? FIXED_PRECISION_MAX : FIXED_PRECISION_MAX_32);
}

/* Returns the bytes that `count` numbers of `bits` bits take. */
static uint32_t packed_size(uint32_t count, unsigned bits)
{
    return count / 8 * bits + (count % 8 * bits + 7) / 8;
}

static uint32_t stream_size(const struct part *part, unsigned i)
{
    const struct part_fixed *fixed = &part->fixed;
    uint32_t elements = part->size / part->width;
    if (i + 1 == fixed->groups && fixed->form & FIXED_FORM_PACKED)
        return packed_size(elements, 8u - fixed->shift);
    if (i < fixed->groups)
        return elements;
    bool is_values = fixed->exceptions > 0 && i + 1 == part->stream_count;
    return is_values ? fixed->exceptions * part->width : packed_size(elements, 1);
}

void znn_part_fixed_complete(struct part *part)
{
    const struct part_fixed *fixed = &part->fixed;
    part->width = (uint16_t)znn_part_fixed_width(fixed->type);
    part->stream_count = (uint8_t)(fixed->groups + !(fixed->form & FIXED_FORM_ZIGZAG) + 2 * (fixed->exceptions > 0));
}

static bool write_shape(const struct part *part, struct buffer *out)
{
    const struct part_fixed *fixed = &part->fixed;
    const uint8_t bytes[] = {fixed->type, fixed->precision, fixed->form, fixed->groups, fixed->shift};
    return znn_buffer_append(out, bytes, sizeof bytes);
}

static bool write_rest(const struct part *part, struct buffer *out)
{
    return znn_buffer_append_leb128(out, part->fixed.exceptions);
}

static enum znn_status parse_shape(struct part_parser *parser, struct part *part)
{
    struct part_fixed *fixed = &part->fixed;
    fixed->exceptions = 0;
    fixed->type = read_u8(&parser->reader);
    fixed->precision = read_u8(&parser->reader);
    fixed->form = read_u8(&parser->reader);
    fixed->groups = read_u8(&parser->reader);
    fixed->shift = read_u8(&parser->reader);
    unsigned width = znn_part_fixed_width(fixed->type);
    if (parser->reader.bad)
        return znn_part_fail(parser);
    if (width == 0)
        return znn_part_fail_new(parser, "fixed point of type", fixed->type);
    if (fixed->form >= FIXED_FORM_COUNT)
        return znn_part_fail_new(parser, "fixed-point form", fixed->form);
    bool good = znn_part_fixed_allows(fixed->type, fixed->precision) && fixed->groups >= 1 && fixed->groups <= width &&
                fixed->shift <= 7 && !(fixed->form & FIXED_FORM_PACKED && fixed->shift == 0);
    znn_part_fixed_complete(part);
    return good ? ZNN_OK : znn_part_fail(parser);
}

static enum znn_status parse_rest(struct part_parser *parser, struct part *part)
{
    uint64_t exceptions = read_leb128(&parser->reader);
    if (parser->reader.bad || exceptions > part->size / part->width / FIXED_EXCEPTIONS_SHARE)
        return znn_part_fail(parser);
    part->fixed.exceptions = (uint32_t)exceptions;
    znn_part_fixed_complete(part);
    return ZNN_OK;
}

/* Signs and exceptions count for the last group. */
static unsigned group_of(const struct part *part, unsigned i)
{
    return i < part->fixed.groups ? i : part->width - 1u;
}

static bool is_rounded(const struct part *part, unsigned *precision)
{
    *precision = part->fixed.precision;
    return true;
}

const struct part_format znn_fixed_format = {
    .name = "fixed",
    .write_shape = write_shape,
    .write_rest = write_rest,
    .parse_shape = parse_shape,
    .parse_rest = parse_rest,
    .stream_size = stream_size,
    .group_of = group_of,
    .is_rounded = is_rounded,
};

/*
 * converted_base.c - a base of another float type, for the encoder
 */
#include "engine/delta/converted_base.h"

#include <string.h>

/* Returns how many numbers of `width` bytes are equal.  Inlined with a constant width, the loop becomes vector code. */
static inline size_t count_of_width(const uint8_t *a, const uint8_t *b, size_t size, unsigned width)
{
    size_t equal = 0;
    for (size_t i = 0; i < size; i += width)
        equal += memcmp(a + i, b + i, width) == 0;
    return equal;
}

/* Conversions to F64 do not round, so that width does not occur. */
static size_t count_equal(const uint8_t *a, const uint8_t *b, size_t size, unsigned width)
{
    return width == 1   ? count_of_width(a, b, size, 1)
           : width == 2 ? count_of_width(a, b, size, 2)
                        : count_of_width(a, b, size, 4);
}

const uint8_t *znn_converted_base(struct delta_conversion *conversion, const uint8_t *base, const uint8_t *data,
                                  size_t size, struct buffer *room)
{
    const enum float_type from = (enum float_type)conversion->from, to = (enum float_type)conversion->to;
    const unsigned width = znn_float_width(to);
    room->size = 0;
    if (!znn_buffer_reserve(room, 2 * size))
        return NULL;
    uint8_t *nearest = room->data, *truncated = nearest + size;
    conversion->rounding = FLOAT_NEAREST;
    znn_float_convert(from, to, FLOAT_NEAREST, base, size / width, nearest);
    if (!znn_float_rounds(from, to) || memcmp(nearest, data, size) == 0)
        return nearest;
    znn_float_convert(from, to, FLOAT_TRUNCATE, base, size / width, truncated);
    if (count_equal(nearest, data, size, width) >= count_equal(truncated, data, size, width))
        return nearest;
    conversion->rounding = FLOAT_TRUNCATE;
    return truncated;
}

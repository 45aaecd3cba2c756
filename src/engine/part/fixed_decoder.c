/*
 * fixed_decoder.c - from the streams of a part of fixed-point numbers to its bytes
 *
 *     groups, tail, signs   ->   integers   ->   floats   <-   exceptions
 *
 * A block at a time, so that integers never leave the fastest cache.
 */
#include "engine/part/fixed_decoder.h"

#include <string.h>

#include "container/format.h"
#include "engine/part/fixed_type.h"
#include "transform/bits.h"
#include "transform/fixed_block.h"
#include "transform/groups.h"

/* Writes all elements, as if there were no exceptions. */
static bool decode_regular(const struct part *part, const uint8_t *const *streams, size_t count, uint8_t *target)
{
    const struct part_fixed *from = &part->fixed;
    const uint8_t *groups[GROUPS_MAX];
    const unsigned last = from->groups - 1u, tail = 8u - from->shift;
    const struct fixed_layout layout = {
        .fixed = {.type = znn_fixed_type(from->type), .bits = from->precision},
        .shape = {.is_wide = from->type == DTYPE_F64,
                  .form = from->form & FIXED_FORM_ZIGZAG ? FIXED_ZIGZAG : FIXED_SIGNS_APART,
                  .groups = from->groups,
                  .shift = from->shift},
        .is_packed = from->form & FIXED_FORM_PACKED,
    };
    const uint8_t *signs = layout.shape.form == FIXED_SIGNS_APART ? streams[from->groups] : NULL;
    for (size_t i = 0; i < count; i += FIXED_BLOCK) {
        size_t some = count - i < FIXED_BLOCK ? count - i : FIXED_BLOCK;
        for (unsigned k = 0; k <= last; k++)
            groups[k] = streams[k] + (layout.is_packed && k == last ? i / 8 * tail : i);
        if (!znn_fixed_decode_block(&layout, groups, signs ? signs + i / 8 : NULL, some, target + i * part->width))
            return false;
    }
    return true;
}

/* Spare bits of a row of numbers of some bits are zero. */
static bool is_tidy(const uint8_t *bits, size_t count, unsigned width)
{
    unsigned used = count * width % 8;
    return used == 0 || bits[bits_size(count, width) - 1] >> used == 0;
}

bool znn_exceptions_decode(const uint8_t *map, const uint8_t *values, size_t count, unsigned width, uint32_t exceptions,
                           uint8_t *target)
{
    uint32_t left = exceptions;
    for (size_t byte = 0; byte < bits_size(count, 1); byte++)
        for (size_t bit = 0; map[byte] >> bit != 0; bit++) {
            if (!(map[byte] >> bit & 1))
                continue;
            if (left-- == 0)
                return false;
            if (8 * byte + bit >= count)
                return false;
            memcpy(target + (8 * byte + bit) * width, values, width);
            values += width;
        }
    return left == 0;
}

bool znn_fixed_decode(const struct part *part, const uint8_t *const *streams, uint8_t *target)
{
    const struct part_fixed *fixed = &part->fixed;
    size_t count = part->size / part->width;
    if (fixed->form & FIXED_FORM_PACKED && !is_tidy(streams[fixed->groups - 1], count, 8u - fixed->shift))
        return false;
    if (!(fixed->form & FIXED_FORM_ZIGZAG) && !is_tidy(streams[fixed->groups], count, 1))
        return false;
    if (!decode_regular(part, streams, count, target))
        return false;
    if (fixed->exceptions == 0)
        return true;
    const uint8_t *map = streams[part->stream_count - 2];
    return znn_exceptions_decode(map, streams[part->stream_count - 1], count, part->width, fixed->exceptions, target);
}

bool znn_signs_decode(const uint8_t *signs, size_t count, unsigned width, uint8_t *target)
{
    uint8_t unpacked[FIXED_BLOCK];
    for (size_t i = 0; i < count; i += FIXED_BLOCK) {
        size_t some = count - i < FIXED_BLOCK ? count - i : FIXED_BLOCK;
        znn_bits_unpack(signs + i / 8, some, 1, unpacked);
        uint8_t *tops = target + i * width + width - 1;
        for (size_t k = 0; k < some; k++)
            tops[k * width] |= (uint8_t)(unpacked[k] << 7);
    }
    return is_tidy(signs, count, 1);
}

/*
 * fixed_decoder.c - from the streams of a part of fixed-point numbers to its bytes
 *
 *     groups, tail, signs   ->   integers   ->   floats   <-   exceptions
 *
 * znn decodes one block at a time, so the integers never leave the fastest cache.
 */
#include "engine/part/fixed_decoder.h"

#include "container/format.h"
#include "engine/coding/fixed_type.h"
#include "engine/coding/signs.h"
#include "transform/fixed_block.h"
#include "transform/groups.h"

/* Writes all elements as if there were no exceptions. */
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

bool znn_fixed_join(const struct part *part, const uint8_t *const *streams, uint8_t *target)
{
    const struct part_fixed *fixed = &part->fixed;
    size_t count = part->size / part->width;
    if (fixed->form & FIXED_FORM_PACKED && !znn_bits_are_tidy(streams[fixed->groups - 1], count, 8u - fixed->shift))
        return false;
    if (!(fixed->form & FIXED_FORM_ZIGZAG) && !znn_bits_are_tidy(streams[fixed->groups], count, 1))
        return false;
    if (!decode_regular(part, streams, count, target))
        return false;
    if (fixed->exceptions == 0)
        return true;
    const uint8_t *map = streams[part->stream_count - 2];
    return znn_exceptions_decode(map, streams[part->stream_count - 1], count, part->width, fixed->exceptions, target);
}

enum znn_status znn_fixed_decode(struct decode_call *call, const struct part *part, uint8_t *target,
                                 struct znn_error *error)
{
    const uint8_t *streams[PART_STREAMS_MAX];
    enum znn_status status = znn_part_decode_streams(call, part, streams, error);
    if (status)
        return status;
    return znn_fixed_join(part, streams, target) ? ZNN_OK : ZNN_ERROR_CORRUPT;
}

/*
 * fields_decoder.c - from the fields of blocks to the blocks
 */
#include "engine/part/fields_decoder.h"

#include "engine/coding/merging.h"
#include "transform/fields.h"

static void merge(const struct part *part, const uint8_t *const *streams, size_t count, uint8_t *target)
{
    znn_fields_merge(streams, count, part->fields.widths, part->stream_count, target);
}

enum znn_status znn_fields_decode(struct decode_call *call, const struct part *part, uint8_t *target,
                                  struct znn_error *error)
{
    const struct merging_way way = {.merge = merge, .units = part->fields.widths};
    return znn_merging_decode(call, part, &way, target, error);
}

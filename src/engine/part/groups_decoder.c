/*
 * groups_decoder.c - from byte groups to numbers
 */
#include "engine/part/groups_decoder.h"

#include "engine/coding/merging.h"
#include "engine/coding/signs.h"
#include "transform/groups.h"

static void merge(const struct part *part, const uint8_t *const *streams, size_t count, uint8_t *target)
{
    znn_groups_merge(streams, count, part->width, part->groups.rotation, target);
}

static const uint8_t units[GROUPS_MAX] = {1, 1, 1, 1, 1, 1, 1, 1};

static const struct merging_way way = {.merge = merge, .units = units, .looks_ahead = true};

/* Decodes a part with separate signs.  All groups must be merged before the signs can be added. */
static enum znn_status decode_signed(struct decode_call *call, const struct part *part, uint8_t *target,
                                     struct znn_error *error)
{
    const uint8_t *streams[PART_STREAMS_MAX];
    enum znn_status status = znn_part_decode_streams(call, part, streams, error);
    if (status)
        return status;
    size_t count = part->size / part->width;
    merge(part, streams, count, target);
    if (!znn_signs_decode(streams[part->width], count, part->width, target))
        return ZNN_ERROR_CORRUPT;
    if (call->hash)
        znn_hash_add(call->hash, target, part->size);
    return ZNN_OK;
}

enum znn_status znn_groups_decode(struct decode_call *call, const struct part *part, uint8_t *target,
                                  struct znn_error *error)
{
    return part->groups.signs ? decode_signed(call, part, target, error)
                              : znn_merging_decode(call, part, &way, target, error);
}

/*
 * sparse_decoder.c - from a map and the numbers that are not zero to all of them
 */
#include "engine/part/sparse_decoder.h"

#include <string.h>

#include "container/format.h"
#include "engine/part/groups_decoder.h"
#include "transform/sparse.h"

/* Returns a part that describes the elements that are not zero. */
static struct part kept_part(const struct part *part)
{
    struct part groups = {
        .transform = TRANSFORM_GROUPS,
        .size = part->sparse.kept * part->width,
        .width = part->width,
        .groups = part->sparse.groups,
        .stream_count = (uint8_t)(part->stream_count - 1),
    };
    memcpy(groups.streams, part->streams + 1, groups.stream_count * sizeof *groups.streams);
    return groups;
}

/* The map comes first, then the elements.  They are decoded and then spread. */
enum znn_status znn_sparse_decode(struct decode_call *call, const struct part *part, uint8_t *target,
                                  struct znn_error *error)
{
    const struct part groups = kept_part(part);
    size_t map_size = znn_part_stream_size(part, 0);
    struct buffer *room = &call->nested.scratch->kept;
    if (!znn_buffer_reserve(room, groups.size + map_size))
        return znn_fail_memory(error, groups.size);
    uint8_t *kept = room->data;
    const uint8_t *map = znn_part_decode_stream(call, &part->streams[0], map_size, kept + groups.size);
    if (!map)
        return ZNN_ERROR_CORRUPT;
    struct decode_call inner = {.decoder = call->decoder, .payload = call->payload, .nested = call->nested};
    enum znn_status status = znn_groups_decode(&inner, &groups, kept, error);
    call->payload = inner.payload;
    if (status)
        return status;
    return znn_sparse_merge(map, kept, part->sparse.kept, part->size / part->width, part->width, target)
               ? ZNN_OK
               : ZNN_ERROR_CORRUPT;
}

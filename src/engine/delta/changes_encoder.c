/*
 * changes_encoder.c - a part of which few elements differ from its base
 */
#include "engine/delta/changes_encoder.h"

#include "transform/changes.h"

/* If more than one in this many elements differs, the buckets of delta.h are always smaller. */
#define MANY 8

static bool divide_memory(struct buffer *room, size_t count, size_t most, unsigned width, struct changes *changes)
{
    size_t gaps = most + count / CHANGES_SKIP;
    room->size = 0;
    if (!znn_buffer_reserve(room, gaps + most * width))
        return false;
    changes->gaps = room->data;
    for (unsigned g = 0; g < width; g++)
        changes->groups[g] = room->data + gaps + most * g;
    return true;
}

enum znn_status znn_changes_encode(struct encode_call *call, const uint8_t *base, const uint8_t *data, size_t size,
                                   unsigned width, struct buffer *room, struct delta *delta, bool *done,
                                   struct znn_error *error)
{
    const size_t count = size / width, most = count / MANY;
    struct changes changes;
    *done = false;
    if (!divide_memory(room, count, most, width, &changes))
        return znn_fail_memory(error, size);
    if (!znn_changes_find(base, data, count, width, most, &changes) || changes.count == 0)
        return ZNN_OK;
    *done = true;
    delta->width = (uint8_t)width;
    delta->coding = DELTA_CHANGES;
    delta->context_shift = 0;
    delta->changes.count = (uint32_t)changes.count;
    delta->changes.gap_size = (uint32_t)changes.gap_size;
    enum znn_status status =
        znn_part_encode_stream(call, changes.gaps, changes.gap_size, STREAM_SPARSE, &delta->changes.gaps, error);
    for (unsigned g = 0; g < width && !status; g++)
        status = znn_part_encode_stream(call, changes.groups[g], changes.count, STREAM_SPARSE,
                                        &delta->changes.groups[g], error);
    return status;
}

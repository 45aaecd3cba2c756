/*
 * sparse_encoder.c - from numbers of which many are zero to a map and the others
 */
#include "engine/part/sparse_encoder.h"

#include <string.h>

#include "common/endian.h"
#include "container/format.h"
#include "engine/part/groups_encoder.h"
#include "platform/compiler.h"
#include "transform/bits.h"
#include "transform/sparse.h"

/* The sample: ZEROS_RUNS runs of ZEROS_RUN neighbours.  Fewer zeros than one in ZEROS_SHARE are not worth a map. */
#define ZEROS_RUNS 64
#define ZEROS_RUN 16
#define ZEROS_SHARE 16

/*
 * Returns whether at least one element in ZEROS_SHARE of a sample is zero.  Most parts come from memory here for the
 * first time, so the function prefetches all places before it reads the first.
 */
static bool has_zeros(const uint8_t *data, size_t count, unsigned width)
{
    size_t zeros = 0, step = count / ZEROS_RUNS;
    if (step < ZEROS_RUN || width < 2)
        return false;
    for (size_t run = 0; run < ZEROS_RUNS; run++)
        prefetch(data + run * step * width);
    for (size_t run = 0; run < ZEROS_RUNS; run++)
        for (size_t i = run * step; i < run * step + ZEROS_RUN; i++)
            zeros += load_word(data + i * width, width) == 0;
    return zeros >= ZEROS_RUNS * ZEROS_RUN / ZEROS_SHARE;
}

/* Describes a part with the stream `map`.  `groups` describes the elements that are not zero. */
static void describe(struct part *part, uint32_t kept, const struct stream *map, const struct part *groups)
{
    part->transform = TRANSFORM_SPARSE;
    part->width = groups->width;
    part->sparse = (struct part_sparse){.groups = groups->groups, .kept = kept};
    part->stream_count = (uint8_t)(groups->stream_count + 1);
    part->streams[0] = *map;
    memcpy(part->streams + 1, groups->streams, groups->stream_count * sizeof *map);
}

enum znn_status znn_sparse_encode(struct encode_call *call, const struct part_input *input, struct part *part,
                                  bool *worth, struct znn_error *error)
{
    const unsigned width = znn_dtype_info(input->type)->word;
    const size_t count = part->size / width, map_size = bits_size(count, 1);
    const size_t aligned = (map_size + 7) & ~(size_t)7;
    struct buffer *room = &call->encoder->kept;
    *worth = false;
    if (!has_zeros(input->data, count, width))
        return ZNN_OK;
    room->size = 0;
    if (!znn_buffer_reserve(room, aligned + part->size + width))
        return znn_fail_memory(error, part->size);
    uint8_t *map = room->data, *kept = map + aligned;
    uint32_t kept_count = (uint32_t)znn_sparse_split(input->data, count, width, map, kept);
    *worth = kept_count > 0;
    if (!*worth)
        return ZNN_OK;
    const struct part_input kept_input = {.data = kept, .type = input->type};
    struct part groups = {.size = kept_count * width};
    struct stream stream = {0};
    enum znn_status status = znn_part_encode_stream(call, map, map_size, STREAM_BYTES, &stream, error);
    if (!status)
        status = znn_groups_encode_numbers(call, &kept_input, &groups, error);
    describe(part, kept_count, &stream, &groups);
    return status;
}

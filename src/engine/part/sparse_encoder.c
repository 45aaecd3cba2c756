/*
 * sparse_encoder.c - from numbers of which many are zero to a map and the others
 */
#include "engine/part/sparse_encoder.h"

#include <string.h>

#include "common/endian.h"
#include "container/format.h"
#include "platform/compiler.h"
#include "transform/bits.h"
#include "transform/groups.h"
#include "transform/sparse.h"

/* A sample for zeros: so many runs of neighbours.  Fewer zeros than one in so many are not worth a map. */
#define ZEROS_RUNS 64
#define ZEROS_RUN 16
#define ZEROS_SHARE 16

/*
 * Whether an element in so many may be zero.  Most parts come from memory here for the first time: all places are asked
 * for before the first is waited for.
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

enum znn_status znn_sparse_encode(struct part_encoder *encoder, const struct dtype_info *dtype, const uint8_t *data,
                                  struct part *part, bool *worth, struct znn_error *error)
{
    size_t count = part->size / dtype->word, map_size = bits_size(count, 1);
    size_t aligned = (map_size + 7) & ~(size_t)7;
    *worth = false;
    if (!has_zeros(data, count, dtype->word))
        return ZNN_OK;
    struct part groups = {.size = 0};
    encoder->kept.size = 0;
    if (!znn_buffer_reserve(&encoder->kept, aligned + part->size + dtype->word))
        return znn_fail_memory(error, part->size);
    uint8_t *map = encoder->kept.data, *kept = map + aligned;
    part->kept = (uint32_t)znn_sparse_split(data, count, dtype->word, map, kept);
    *worth = part->kept > 0;
    if (!*worth)
        return ZNN_OK;
    struct stream stream = {0};
    enum znn_status status = znn_part_encode_stream(encoder, map, map_size, STREAM_BYTES, &stream, error);
    groups.size = part->kept * dtype->word;
    if (!status)
        status = znn_part_encode_numbers(encoder, &groups, kept, dtype, error);
    znn_part_fill_gap(encoder); /* the next attempt writes to the groups */
    part->transform = TRANSFORM_SPARSE;
    part->width = groups.width;
    part->rotation = groups.rotation;
    part->signs = groups.signs;
    part->stream_count = (uint8_t)(groups.stream_count + 1);
    part->streams[0] = stream;
    memcpy(part->streams + 1, groups.streams, groups.stream_count * sizeof stream);
    return status;
}

/*
 * palette_decoder.c - from the streams of a part of few values to its bytes
 *
 *     counts    2    | 2                     how many values each run has
 *     values    a  b | c  d                  merged from their byte groups
 *     indexes   1 0 1 1 | 0 1 1 0            unpacked to a byte each
 */
#include "engine/part/palette_decoder.h"

#include "container/part_palette.h"
#include "transform/groups.h"
#include "transform/palette.h"

/* The decoded streams of a part. */
struct palette_source {
    const uint8_t *counts; /* NULL if there is only one run */
    const uint8_t *values;
    const uint8_t *indexes;
};

static enum znn_status expand_runs(const struct part *part, const struct palette_source *source, uint8_t *target)
{
    size_t count = palette_elements(part);
    size_t run = part->palette.run;
    size_t first = 0; /* the run's first value */
    for (size_t start = 0, i = 0; start < count; start += run, i++) {
        size_t size = count - start < run ? count - start : run;
        size_t available = source->counts ? source->counts[i] + (size_t)1 : part->palette.values;
        if (available > part->palette.values - first ||
            !znn_palette_expand(source->values + first * part->width, available, source->indexes + start, size,
                                part->width, target + start * part->width))
            return ZNN_ERROR_CORRUPT;
        first += available;
    }
    return first == part->palette.values ? ZNN_OK : ZNN_ERROR_CORRUPT;
}

enum znn_status znn_palette_decode(struct decode_call *call, const struct part *part, uint8_t *target,
                                   struct znn_error *error)
{
    const uint8_t *decoded[PART_STREAMS_MAX];
    const uint8_t *const *streams = decoded;
    size_t count = palette_elements(part);
    size_t values_size = (size_t)part->palette.values * part->width;
    unsigned bits = part->palette.bits;
    size_t unpacked = bits < 8 ? count : 0;
    struct buffer *values = &call->nested.scratch->values;
    enum znn_status status = znn_part_decode_streams(call, part, decoded, error);
    if (status)
        return status;
    if (!znn_buffer_reserve(values, values_size + unpacked))
        return znn_fail_memory(error, values_size + unpacked);
    struct palette_source source = {.values = values->data};
    if (palette_has_counts(part))
        source.counts = *streams++;
    znn_groups_merge(streams, part->palette.values, part->width, part->palette.rotation, values->data);
    streams += part->width;
    if (bits > 8)
        return znn_palette_expand_wide(source.values, part->palette.values, streams[0], streams[1], count, part->width,
                                       target)
                   ? ZNN_OK
                   : ZNN_ERROR_CORRUPT;
    source.indexes = streams[0];
    if (unpacked > 0) {
        uint8_t *indexes = values->data + values_size;
        source.indexes = indexes;
        if (!znn_palette_unpack(streams[0], count, bits, indexes))
            return ZNN_ERROR_CORRUPT;
    }
    return expand_runs(part, &source, target);
}

/*
 * part_palette.h - the description of a part of few values
 *
 *     | 4 | W | R | B | size | L | V | counts | group | ... | indexes |
 *
 * The n = size / W elements form runs of L.  Each run has its own values, and all runs together have V.  A single run
 * needs no count.  Indexes of 16 bits take two streams.
 */
#ifndef ZNN_CONTAINER_PART_PALETTE_H
#define ZNN_CONTAINER_PART_PALETTE_H

#include "container/part_format.h"

extern const struct part_format znn_palette_format;

static inline uint32_t palette_elements(const struct part *part)
{
    return part->size / part->width;
}

static inline uint32_t palette_runs(const struct part *part)
{
    return (palette_elements(part) - 1) / part->palette.run + 1;
}

static inline bool palette_has_counts(const struct part *part)
{
    return part->palette.run < palette_elements(part);
}

/*
 * Returns the number of streams, which follows from the shape.
 */
uint8_t znn_palette_stream_count(const struct part *part);

#endif

/*
 * part_palette.h - what a directory says of a part of few values
 *
 *     | 4 | W | R | B | size | L | V | counts | group | ... | indexes |
 *
 * The n = size / W elements come in runs of L, each with values of its own, V in all.  Where there is one run only, it
 * needs no count; indexes of 16 bits are two streams.
 */
#ifndef ZNN_CONTAINER_PART_PALETTE_H
#define ZNN_CONTAINER_PART_PALETTE_H

#include "container/part.h"

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
 * The number of streams that the shape calls for.
 */
uint8_t znn_palette_stream_count(const struct part *part);

/*
 * The bytes that stream `i` decodes to.
 */
uint32_t znn_palette_stream_size(const struct part *part, unsigned i);

/*
 * Append what stands before and behind the part's size.  False where memory ran out.
 */
bool znn_palette_write_shape(const struct part *part, struct buffer *out);
bool znn_palette_write_sizes(const struct part *part, struct buffer *out);

/*
 * Read the same.  Afterwards all of the shape is within its limits, and part->stream_count is there.
 */
enum znn_status znn_palette_parse_shape(struct part_parser *parser, struct part *part);
enum znn_status znn_palette_parse_sizes(struct part_parser *parser, struct part *part);

#endif

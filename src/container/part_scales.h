/*
 * part_scales.h - the description of the scales of a part whose base is scaled
 *
 *     shape     | from, to, rounding | way | type, divisor | columns, height, width, start |
 *     groups    | a stream for each byte of a scale |
 *
 *     from, to, rounding  as of a conversion, but the codes may be integers
 *     way                 how a number is divided by its scale
 *     type, divisor       of the scales
 *     columns, ...        which elements share a scale
 *
 * The part has all the scales that it needs.  So it can be decoded without any other part, even though the model has
 * the same scales in a tensor of their own.  transform/scaled.h explains the numbers.
 */
#ifndef ZNN_CONTAINER_PART_SCALES_H
#define ZNN_CONTAINER_PART_SCALES_H

#include "container/part_delta.h"

/*
 * Append the shape; the groups.  Return false if memory runs out.
 */
bool znn_scales_write_shape(const struct delta *delta, struct buffer *out);
bool znn_scales_write_groups(const struct delta *delta, struct buffer *out);

/*
 * Read the same for a part of `elements` elements.
 */
enum znn_status znn_scales_parse_shape(struct part_parser *parser, struct delta *delta);
enum znn_status znn_scales_parse_groups(struct part_parser *parser, uint32_t elements, struct delta *delta);

/*
 * Returns the payload bytes of the groups.
 */
uint64_t znn_scales_payload(const struct delta *delta);

#endif

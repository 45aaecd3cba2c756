/*
 * part_fixed.h - what a directory says of a part of fixed-point numbers
 *
 *     | 2 | type | precision | form | groups | shift | size | exceptions | streams ... |
 *
 * The streams are the byte groups, the signs where they are apart, and where there are exceptions their map and their
 * values.
 */
#ifndef ZNN_CONTAINER_PART_FIXED_H
#define ZNN_CONTAINER_PART_FIXED_H

#include "container/part.h"

/*
 * The bytes of an element of a type; 0 where it is none that can be fixed point.
 */
unsigned znn_part_fixed_width(uint8_t type);

uint32_t znn_part_fixed_stream_size(const struct part *part, unsigned i);

/*
 * Sets part->width and part->stream_count from what is in part->fixed.
 */
void znn_part_fixed_complete(struct part *part);

/*
 * Append what comes before the size, and what comes behind it.  False where memory ran out.
 */
bool znn_part_fixed_write_shape(const struct part *part, struct buffer *out);
bool znn_part_fixed_write_rest(const struct part *part, struct buffer *out);

/*
 * The reverse of both.
 */
enum znn_status znn_part_fixed_parse_shape(struct part_parser *parser, struct part *part);
enum znn_status znn_part_fixed_parse_rest(struct part_parser *parser, struct part *part);

#endif

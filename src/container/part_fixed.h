/*
 * part_fixed.h - the description of a part of fixed-point numbers
 *
 *     | 2 | type | precision | form | groups | shift | size | exceptions | streams ... |
 *
 * The streams are the byte groups, then the signs unless the form is zigzag, and then, if there are exceptions, their
 * map and values.
 */
#ifndef ZNN_CONTAINER_PART_FIXED_H
#define ZNN_CONTAINER_PART_FIXED_H

#include "container/part_format.h"

extern const struct part_format znn_fixed_format;

/*
 * Returns the bytes of an element of `type`, or 0 if the type cannot be fixed point.
 */
unsigned znn_part_fixed_width(uint8_t type);

/*
 * Returns whether elements of `type` may have this precision.
 */
bool znn_part_fixed_allows(uint8_t type, unsigned precision);

/*
 * Computes part->width and part->stream_count from part->fixed.
 */
void znn_part_fixed_complete(struct part *part);

#endif

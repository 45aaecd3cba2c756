/*
 * part_fixed.h - how a directory describes a part of fixed-point numbers
 *
 *     | 2 | type | precision | form | groups | shift | size | exceptions | streams ... |
 *
 * The streams are the byte groups, the signs if they are apart, and if there are exceptions, their map and values.
 */
#ifndef ZNN_CONTAINER_PART_FIXED_H
#define ZNN_CONTAINER_PART_FIXED_H

#include "container/part_format.h"

extern const struct part_format znn_fixed_format;

/*
 * The bytes of an element of a type; 0 if it cannot be fixed point.
 */
unsigned znn_part_fixed_width(uint8_t type);

/*
 * Whether elements of such a type may have this precision.
 */
bool znn_part_fixed_allows(uint8_t type, unsigned precision);

/*
 * Sets part->width and part->stream_count, which follow from part->fixed.
 */
void znn_part_fixed_complete(struct part *part);

#endif

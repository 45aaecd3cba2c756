/*
 * part_reference.h - the description of a part that occurred before
 *
 *     | 3 | size | source |
 */
#ifndef ZNN_CONTAINER_PART_REFERENCE_H
#define ZNN_CONTAINER_PART_REFERENCE_H

#include "container/part_format.h"

extern const struct part_format znn_reference_format;

#endif

/*
 * part_fields.h - the description of a part of blocks of fields
 *
 *     | 1 | F | width | ... | size | stream | ... |
 *
 * The first stream holds the first field of each block, and so on.
 */
#ifndef ZNN_CONTAINER_PART_FIELDS_H
#define ZNN_CONTAINER_PART_FIELDS_H

#include "container/part_format.h"

extern const struct part_format znn_fields_format;

#endif

/*
 * part_fields.h - how a directory describes a part of blocks of fields
 *
 *     | 1 | F | width | ... | size | stream | ... |
 *
 * All first fields of the blocks are the first stream, and so on.
 */
#ifndef ZNN_CONTAINER_PART_FIELDS_H
#define ZNN_CONTAINER_PART_FIELDS_H

#include "container/part_format.h"

extern const struct part_format znn_fields_format;

#endif

/*
 * part_sparse.h - the description of a part with many zeros
 *
 *     | 6 | W | R | size | kept | map | group | ... | signs |
 *
 * The map has a bit for each element, set if it is not zero.  The groups hold only the elements that are not zero.
 */
#ifndef ZNN_CONTAINER_PART_SPARSE_H
#define ZNN_CONTAINER_PART_SPARSE_H

#include "container/part_format.h"

extern const struct part_format znn_sparse_format;

#endif

/*
 * part_groups.h - the description of a part of byte groups
 *
 *     | 0 | W | R | size | group | ... | signs |
 *
 * A part of plain bytes has elements of one byte and no rotation.
 */
#ifndef ZNN_CONTAINER_PART_GROUPS_H
#define ZNN_CONTAINER_PART_GROUPS_H

#include "container/part_format.h"

extern const struct part_format znn_groups_format;

/*
 * Write and read W and R for transforms that store elements as byte groups.  `part` has W, and `groups` has R.
 */
bool znn_part_groups_write(const struct part *part, const struct part_groups *groups, struct buffer *out);
enum znn_status znn_part_groups_parse(struct part_parser *parser, struct part *part, struct part_groups *groups);

#endif

/*
 * groups_encoder.h - from numbers to their byte groups
 */
#ifndef ZNN_ENGINE_PART_GROUPS_ENCODER_H
#define ZNN_ENGINE_PART_GROUPS_ENCODER_H

#include "engine/coding/part_coding.h"

/*
 * Describes a part as byte groups of numbers of `width` bytes, or as plain bytes if `width` is 1.
 */
void znn_part_set_groups(struct part *part, unsigned width);

/*
 * Encodes any bytes: numbers of two bytes or more as byte groups, and all other bytes as one stream.
 */
part_encode znn_groups_encode;

/*
 * The same only for numbers of two bytes or more, which always suit.
 */
enum znn_status znn_groups_encode_numbers(struct encode_call *call, const struct part_input *input, struct part *part,
                                          struct znn_error *error);

#endif

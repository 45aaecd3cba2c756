/*
 * groups_encoder.h - from numbers to their byte groups
 */
#ifndef ZNN_ENGINE_PART_GROUPS_ENCODER_H
#define ZNN_ENGINE_PART_GROUPS_ENCODER_H

#include "engine/coding/part_coding.h"

/*
 * Makes the part one of byte groups, of numbers of `width` bytes, or with a width of 1 of plain bytes.
 */
void znn_part_set_groups(struct part *part, unsigned width);

/*
 * Encodes any bytes: numbers as byte groups, all else as one stream.
 */
part_encode znn_groups_encode;

/*
 * The same for numbers of two bytes or more, which always suit.
 */
enum znn_status znn_groups_encode_numbers(struct encode_call *call, const struct part_input *input, struct part *part,
                                          struct znn_error *error);

#endif

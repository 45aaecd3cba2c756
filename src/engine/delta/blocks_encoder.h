/*
 * blocks_encoder.h - from quantized blocks and the values that they were made from to the streams of a part
 */
#ifndef ZNN_ENGINE_DELTA_BLOCKS_ENCODER_H
#define ZNN_ENGINE_DELTA_BLOCKS_ENCODER_H

#include "engine/coding/encoding.h"

/*
 * Encodes the part->size bytes of `input`, which are blocks, as their difference from what the base predicts.
 * input->delta lists the ranges of the base, and input->delta->conversion.from is the type of its values; the two types
 * are predictable (container/part_blocks.h).  Appends the streams to the payload.
 */
enum znn_status znn_blocks_encode(struct encode_call *call, const struct part_input *input, struct part *part,
                                  struct znn_error *error);

/*
 * The same if the bytes of the base are at hand.
 */
enum znn_status znn_blocks_encode_from(struct encode_call *call, const struct part_input *input, const uint8_t *base,
                                       struct part *part, struct znn_error *error);

#endif

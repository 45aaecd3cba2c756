/*
 * sparse_encoder.h - from numbers of which many are zero to a map and the others
 */
#ifndef ZNN_ENGINE_PART_SPARSE_ENCODER_H
#define ZNN_ENGINE_PART_SPARSE_ENCODER_H

#include "engine/part/part_encoder.h"

/*
 * Encodes the part->size bytes at `data` as a map and byte groups of what is not zero, as znn_part_encode() does.
 * *worth is false, and nothing was appended, where a sample has hardly any zeros, or all are.
 */
enum znn_status znn_sparse_encode(struct part_encoder *encoder, const struct dtype_info *dtype, const uint8_t *data,
                                  struct part *part, bool *worth, struct znn_error *error);

#endif

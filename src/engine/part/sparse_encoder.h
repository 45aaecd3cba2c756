/*
 * sparse_encoder.h - from numbers of which many are zero to a map and the others
 */
#ifndef ZNN_ENGINE_PART_SPARSE_ENCODER_H
#define ZNN_ENGINE_PART_SPARSE_ENCODER_H

#include "engine/coding/part_coding.h"

/*
 * Sets *worth to false if a sample has hardly any zeros, or if all elements are zero.
 */
part_encode znn_sparse_encode;

#endif

/*
 * sparse_decoder.h - from a map and the numbers that are not zero to all of them
 */
#ifndef ZNN_ENGINE_PART_SPARSE_DECODER_H
#define ZNN_ENGINE_PART_SPARSE_DECODER_H

#include "engine/coding/part_coding.h"

part_decode znn_sparse_decode;

#endif

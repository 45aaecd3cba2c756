/*
 * blocks_decoder.h - from the streams of a part of quantized blocks and the bytes of its base to the blocks
 */
#ifndef ZNN_ENGINE_DELTA_BLOCKS_DECODER_H
#define ZNN_ENGINE_DELTA_BLOCKS_DECODER_H

#include "engine/coding/part_coding.h"

part_decode znn_blocks_decode;

#endif

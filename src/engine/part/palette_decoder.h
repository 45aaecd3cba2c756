/*
 * palette_decoder.h - from the streams of a part of few values to its bytes
 */
#ifndef ZNN_ENGINE_PART_PALETTE_DECODER_H
#define ZNN_ENGINE_PART_PALETTE_DECODER_H

#include "engine/coding/part_coding.h"

part_decode znn_palette_decode;

#endif

/*
 * fields_decoder.h - from the fields of blocks to the blocks
 */
#ifndef ZNN_ENGINE_PART_FIELDS_DECODER_H
#define ZNN_ENGINE_PART_FIELDS_DECODER_H

#include "engine/coding/part_coding.h"

part_decode znn_fields_decode;

#endif

/*
 * groups_decoder.h - from byte groups to numbers
 */
#ifndef ZNN_ENGINE_PART_GROUPS_DECODER_H
#define ZNN_ENGINE_PART_GROUPS_DECODER_H

#include "engine/coding/part_coding.h"

part_decode znn_groups_decode;

#endif

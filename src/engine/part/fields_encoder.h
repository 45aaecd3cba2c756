/*
 * fields_encoder.h - from blocks of quantized numbers to their fields
 */
#ifndef ZNN_ENGINE_PART_FIELDS_ENCODER_H
#define ZNN_ENGINE_PART_FIELDS_ENCODER_H

#include "engine/coding/part_coding.h"

part_encode znn_fields_encode;

#endif

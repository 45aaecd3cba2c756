/*
 * scales_decoder.h - from the numbers of a base and the scales of a part to the codes that they predict
 */
#ifndef ZNN_ENGINE_DELTA_SCALES_DECODER_H
#define ZNN_ENGINE_DELTA_SCALES_DECODER_H

#include "engine/coding/decoding.h"

/*
 * Decodes the scales, which are the next streams, and writes the codes that they predict for the `count` numbers at
 * `base`.  `delta` is scaled.  Uses call->nested.scratch->sorted.
 */
enum znn_status znn_scales_decode(struct decode_call *call, const struct delta *delta, const uint8_t *base,
                                  size_t count, uint8_t *codes, struct znn_error *error);

#endif

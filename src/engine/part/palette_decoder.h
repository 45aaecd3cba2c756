/*
 * palette_decoder.h - from the streams of a part of few values to its bytes
 */
#ifndef ZNN_ENGINE_PART_PALETTE_DECODER_H
#define ZNN_ENGINE_PART_PALETTE_DECODER_H

#include "engine/part/part_decoder.h"

/*
 * Puts the decoded streams of `part` together at `target`.  ZNN_ERROR_CORRUPT, without a message, where they do not fit
 * together; ZNN_ERROR_MEMORY.
 */
enum znn_status znn_palette_decode(struct part_decoder *decoder, const struct part *part, const uint8_t *const *streams,
                                   uint8_t *target, struct znn_error *error);

#endif

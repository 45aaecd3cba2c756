/*
 * merging.h - from byte groups or fields to elements, while they are in the cache
 */
#ifndef ZNN_ENGINE_PART_MERGING_H
#define ZNN_ENGINE_PART_MERGING_H

#include "engine/part/part_decoder.h"

/*
 * As znn_part_decode() does, for a part of byte groups or of fields.
 */
enum znn_status znn_merging_decode(struct part_decoder *decoder, const struct part *part, uint8_t *target,
                                   struct znn_error *error);

#endif

/*
 * converted_base.h - a base of another float type, for the encoder
 *
 * The rounding of a conversion is not known, because programs differ.  Most round to nearest, but some drop the low
 * bytes.  znn takes the rounding with which more numbers of the part equal their base.
 */
#ifndef ZNN_ENGINE_DELTA_CONVERTED_BASE_H
#define ZNN_ENGINE_DELTA_CONVERTED_BASE_H

#include "common/buffer.h"
#include "container/part_delta.h"

/*
 * Converts the base of the `size` bytes at `data` from conversion->from to conversion->to, and sets
 * conversion->rounding.  Returns the converted base, which is in `room`, or NULL if memory runs out.
 */
const uint8_t *znn_converted_base(struct delta_conversion *conversion, const uint8_t *base, const uint8_t *data,
                                  size_t size, struct buffer *room);

#endif

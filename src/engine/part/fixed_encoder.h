/*
 * fixed_encoder.h - from the floats of a part to the streams of fixed-point numbers
 *
 *     floats   ->   integers   ->   groups, signs
 *       |              '-------->   what they stand for, which the decoder will give: the chunk's digest is over that
 *       '-- exceptions --------->   a map and values
 *
 * The number of groups and the shift follow from the largest magnitude of the part, so that only what is needed is
 * stored, and from a sample.
 */
#ifndef ZNN_ENGINE_PART_FIXED_ENCODER_H
#define ZNN_ENGINE_PART_FIXED_ENCODER_H

#include "engine/coding/encoding.h"
#include "engine/coding/restored.h"

/*
 * Encodes the part->size bytes of `input`, elements of a type that znn_fixed_suits(), as fixed point if that is
 * possible, and says so in *done; otherwise nothing is appended to the payload.  `restored` gets the bytes that a
 * decoder will give.  *bits is an estimate of an element's share, in 1/ENTROPY_ONE bit.
 */
enum znn_status znn_fixed_encode(struct encode_call *call, const struct part_input *input, struct part *part,
                                 const struct part_restored *restored, bool *done, uint64_t *bits,
                                 struct znn_error *error);

#endif

/*
 * fixed_encoder.h - from the floats of a part to the streams of fixed-point numbers
 *
 *     floats   ->   integers   ->   groups, signs
 *       |              '-------->   the decoded floats, which the chunk's digest covers
 *       '-- exceptions --------->   a map and values
 *
 * The largest magnitude of the part and a sample determine the number of groups and the shift, so no unneeded bits are
 * stored.
 */
#ifndef ZNN_ENGINE_PART_FIXED_ENCODER_H
#define ZNN_ENGINE_PART_FIXED_ENCODER_H

#include "engine/coding/encoding.h"
#include "engine/coding/restored.h"

/*
 * Encodes the part->size bytes of `input`, whose type must pass znn_fixed_suits(), as fixed point if that is possible,
 * and sets *done to whether it was.  If not, appends nothing to the payload.  `restored` gets the bytes that the part
 * decodes to.  *bits gets an estimate of the size of an element, in 1/ENTROPY_ONE bit.
 */
enum znn_status znn_fixed_encode(struct encode_call *call, const struct part_input *input, struct part *part,
                                 const struct part_restored *restored, bool *done, uint64_t *bits,
                                 struct znn_error *error);

#endif

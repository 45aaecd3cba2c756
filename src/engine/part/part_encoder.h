/*
 * part_encoder.h - from the bytes of a part to its streams
 */
#ifndef ZNN_ENGINE_PART_PART_ENCODER_H
#define ZNN_ENGINE_PART_PART_ENCODER_H

#include "engine/coding/encoding.h"
#include "engine/coding/restored.h"

/*
 * Returns false if memory runs out.  Call znn_part_encoder_close() in either case.
 */
bool znn_part_encoder_open(struct part_encoder *encoder, const struct chunk_coding *coding,
                           struct rotation_sample *sample);

void znn_part_encoder_close(struct part_encoder *encoder);

/*
 * Encodes the part->size bytes of `input`: describes them in *part and appends the streams to the payload.  If
 * input->delta lists ranges of the base, the part may be coded as the difference from them.  The result depends only on
 * the bytes, the type and the level.  Fails only if memory runs out or the base cannot be read.
 */
enum znn_status znn_part_encode(struct encode_call *call, const struct part_input *input, struct part *part,
                                struct znn_error *error);

/*
 * The same for a part that encoder->coding.lossy allows to round.  Rounds only if that makes the part smaller, and sets
 * *done to whether it did.  If *done is true, `restored` gets the bytes that the part decodes to; otherwise its
 * contents are undefined.
 */
enum znn_status znn_part_encode_rounded(struct encode_call *call, const struct part_input *input, struct part *part,
                                        const struct part_restored *restored, bool *done, struct znn_error *error);

#endif

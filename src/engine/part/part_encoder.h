/*
 * part_encoder.h - from the bytes of a part to its streams
 */
#ifndef ZNN_ENGINE_PART_PART_ENCODER_H
#define ZNN_ENGINE_PART_PART_ENCODER_H

#include "engine/coding/encoding.h"
#include "engine/coding/restored.h"

/*
 * Returns false if memory runs out.  To be closed in either case.
 */
bool znn_part_encoder_open(struct part_encoder *encoder, const struct chunk_coding *coding,
                           struct rotation_sample *sample);

void znn_part_encoder_close(struct part_encoder *encoder);

/*
 * Encodes the part->size bytes of `input`: describes them in *part and appends the streams to the payload.  If
 * input->delta tells ranges of the base, they may be coded as their difference from these.  The result depends on the
 * bytes, the type and the level alone.  Fails only for want of memory, or if the base cannot be read.
 */
enum znn_status znn_part_encode(struct encode_call *call, const struct part_input *input, struct part *part,
                                struct znn_error *error);

/*
 * The same for a part that may be rounded as encoder->coding.lossy says, if that makes it smaller.  If it was, *done is
 * true, and `restored` has the bytes that a decoder will give; otherwise its contents are undefined.
 */
enum znn_status znn_part_encode_rounded(struct encode_call *call, const struct part_input *input, struct part *part,
                                        const struct part_restored *restored, bool *done, struct znn_error *error);

#endif

/*
 * delta_encoder.h - from the bytes of a part, and of its base, to its streams
 */
#ifndef ZNN_ENGINE_DELTA_DELTA_ENCODER_H
#define ZNN_ENGINE_DELTA_DELTA_ENCODER_H

#include "engine/coding/base_source.h"
#include "engine/coding/encoding.h"
#include "engine/delta/delta_plan.h"

/*
 * For one thread.
 */
struct delta_encoder {
    struct base_source source;
    struct delta_planner *planner;
    struct buffer base;
    struct buffer work;
    struct buffer exceptions;
};

/*
 * NULL where memory ran out.
 */
struct delta_encoder *znn_delta_encoder_new(struct base_source source);

void znn_delta_encoder_free(struct delta_encoder *encoder);

/*
 * Encodes the part->size bytes of `input` as their difference from the ranges of the base that input->delta has: fills
 * in the rest of that and appends the streams to the payload.  The memory of call->encoder->deltas is used.
 */
enum znn_status znn_delta_encode(struct encode_call *call, const struct part_input *input, struct part *part,
                                 struct znn_error *error);

/*
 * The same for elements that may be rounded as coding.lossy says: the casts of both are compared, if that promises to
 * be smaller.  *done says whether it was so; the bytes that a decoder will give are then at `restored`, where there
 * must be room for part->size bytes unless it is NULL.  Otherwise its contents are undefined.
 */
enum znn_status znn_delta_encode_rounded(struct encode_call *call, const struct part_input *input, struct part *part,
                                         uint8_t *restored, bool *done, struct znn_error *error);

/*
 * An estimate, in bits, of what `count` elements of `type` at `data` take as what they differ in from those at `base`;
 * with `lossy`, which may be NULL, where they may be rounded so.  `delta` is for working.  UINT64_MAX where memory ran
 * out.
 */
uint64_t znn_delta_estimate(struct delta_encoder *encoder, enum dtype type, const struct znn_lossy *lossy,
                            const uint8_t *base, const uint8_t *data, size_t count, struct delta *delta);

#endif

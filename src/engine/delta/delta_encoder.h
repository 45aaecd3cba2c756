/*
 * delta_encoder.h - from the bytes of a part and its base to the streams of the part
 */
#ifndef ZNN_ENGINE_DELTA_DELTA_ENCODER_H
#define ZNN_ENGINE_DELTA_DELTA_ENCODER_H

#include "engine/coding/base_source.h"
#include "engine/coding/encoding.h"
#include "engine/delta/delta_plan.h"
#include "engine/delta/scaled_base.h"

/*
 * The working memory of one thread.
 */
struct delta_encoder {
    struct base_source source;
    struct delta_planner *planner;
    struct buffer base;
    struct buffer converted; /* the base in the type of the part; see converted_base.h */
    struct buffer work;
    struct buffer exceptions;
    struct buffer sample; /* runs of the part and of its base */
    struct scaled_room scaled;
};

/*
 * Returns NULL if memory runs out.
 */
struct delta_encoder *znn_delta_encoder_new(struct base_source source);

void znn_delta_encoder_free(struct delta_encoder *encoder);

/*
 * Encodes the part->size bytes of `input` as their difference from the base ranges that input->delta lists.  The types
 * of input->delta->conversion are set, too, and the encoder chooses the rounding and, with input->scales, the scaling.
 * Fills in the rest of *input->delta and appends the streams to the payload.  Uses the memory of call->encoder->deltas.
 */
enum znn_status znn_delta_encode(struct encode_call *call, const struct part_input *input, struct part *part,
                                 struct znn_error *error);

/*
 * The same for elements that coding.lossy allows to round.  Encodes the difference between the casts of part and base
 * if that promises to be smaller, and sets *done to whether it did so.  If *done is true, `restored` gets the bytes
 * that the part decodes to; otherwise the contents of `restored` are undefined.  `restored` must have space for
 * part->size bytes, or be NULL.
 */
enum znn_status znn_delta_encode_rounded(struct encode_call *call, const struct part_input *input, struct part *part,
                                         uint8_t *restored, bool *done, struct znn_error *error);

/*
 * Estimates how many bits `count` elements of `type` at `data` take when they are coded as differences from the
 * elements at `base`.  If `lossy` is not NULL, they may be rounded accordingly.  Uses `delta` as working memory.
 * Returns UINT64_MAX if memory runs out.
 */
uint64_t znn_delta_estimate(struct delta_encoder *encoder, enum dtype type, const struct znn_lossy *lossy,
                            const uint8_t *base, const uint8_t *data, size_t count, struct delta *delta);

#endif

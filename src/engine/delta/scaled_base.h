/*
 * scaled_base.h - the codes that a base and scales predict, for the encoder
 *
 * The scales are in another tensor of the model.  The encoder reads those that a part needs, and stores them in the
 * part.  A scale is often a short number divided by 127 or 448, because quantizers divide the greatest magnitude by the
 * greatest code.  Then the short number is stored.
 *
 * The way in which a program divided by the scales is not known.  znn takes the way with which most of a sample of
 * codes are as predicted.
 */
#ifndef ZNN_ENGINE_DELTA_SCALED_BASE_H
#define ZNN_ENGINE_DELTA_SCALED_BASE_H

#include "common/source.h"
#include "container/part_delta.h"
#include "engine/coding/encoding.h"
#include "engine/coding/scale_tensor.h"

/* Elements of a quantized tensor, and the numbers of the base that they may have been made from. */
struct scaled_pair {
    struct source *model; /* random access */
    const struct scale_tensor *scales;
    uint64_t place; /* of the first element in its tensor */
    const uint8_t *base, *data;
    size_t count;
};

/* Working memory. */
struct scaled_room {
    struct buffer scales;
    struct buffer codes;
    const uint8_t *numerators; /* in `scales` */
};

void znn_scaled_room_free(struct scaled_room *room);

/*
 * Predicts the codes of a pair.  delta->conversion has the types; sets its rounding, and delta->scales.  Sets *codes to
 * the codes, which are in `room`.
 */
enum znn_status znn_scaled_base(const struct scaled_pair *pair, struct delta *delta, struct scaled_room *room,
                                const uint8_t **codes, struct znn_error *error);

/*
 * Appends the scales that the last call of znn_scaled_base() left in `room` to the payload.
 */
enum znn_status znn_scaled_encode(struct encode_call *call, struct delta *delta, struct scaled_room *room,
                                  struct znn_error *error);

#endif

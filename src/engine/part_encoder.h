/*
 * part_encoder.h - from the bytes of a part to its streams
 */
#ifndef ZNN_ENGINE_PART_ENCODER_H
#define ZNN_ENGINE_PART_ENCODER_H

#include "base/buffer.h"
#include "base/error.h"
#include "base/hash.h"
#include "container/part.h"
#include "engine/rotation.h"
#include "model/dtype.h"
#include "transform/palette.h"

/*
 * Encodes parts, one after the other, for one thread.  The streams of a chunk come together in its payload: whoever
 * starts a chunk empties that first, and whoever tries a part in two ways cuts it back.
 */
struct delta_encoder;

/* Bytes of a payload that have not been copied there. */
struct payload_gap {
    size_t at, size;
    const uint8_t *data;
};

struct part_encoder {
    int level;
    struct stream_encoder *streams;
    struct znn_lossy lossy;         /* for parts that may be rounded */
    enum znn_sign sign;             /* for floats that are not */
    struct rotation_sample *sample; /* working memory, of whoever opened it */
    struct buffer groups;           /* the byte groups of a part */
    struct buffer kept;             /* of a sparse part: the map, and the elements */
    struct palette palette;
    struct buffer payload;
    struct payload_gap gap;       /* raw byte groups of the last part */
    struct delta_encoder *deltas; /* of whoever opened it; NULL: no part has a base */
    struct hash *hash;            /* of the chunk's bytes, which come along as they are read; or NULL */
    const uint8_t *hashed;        /* up to where they did */
};

/*
 * False where memory ran out.  To be closed in either case.
 */
bool znn_part_encoder_open(struct part_encoder *encoder, int level, struct rotation_sample *sample);

void znn_part_encoder_close(struct part_encoder *encoder);

/*
 * Makes the part one of byte groups, of numbers of `width` bytes, or with a width of 1 of just bytes.
 */
void znn_part_set_groups(struct part *part, uint8_t width);

/*
 * Encodes the part->size bytes at `data`, which are elements of `type`: describes how in *part and appends the streams
 * to the payload.  Where part->delta tells ranges of the base, they may be coded as what they differ in from these.
 * What comes out depends on the bytes, the type and the level alone.  Fails only for want of memory.
 */
enum znn_status znn_part_encode(struct part_encoder *encoder, enum dtype type, const uint8_t *data, struct part *part,
                                struct znn_error *error);

/*
 * The same for a part of numbers, as byte groups.
 */
enum znn_status znn_part_encode_numbers(struct part_encoder *encoder, struct part *part, const uint8_t *data,
                                        const struct dtype_info *dtype, struct znn_error *error);

/*
 * What a decoder will give for a part that was rounded is written, or hashed, or both.
 */
struct part_restored {
    uint8_t *bytes;    /* room for part->size of them, or NULL */
    struct hash *hash; /* or NULL */
};

/*
 * The same for a part that may be rounded as encoder->lossy says, if that makes it smaller.  If it was, *done is true,
 * and `restored` has what a decoder will give; otherwise anything.
 */
enum znn_status znn_part_encode_rounded(struct part_encoder *encoder, enum dtype type, const uint8_t *data,
                                        struct part *part, const struct part_restored *restored, bool *done,
                                        struct znn_error *error);

/*
 * The gap in the payload, of size 0 if there is none: one that the payload has been cut back before is forgotten.
 */
const struct payload_gap *znn_part_gap(struct part_encoder *encoder);

/*
 * Fills it.  To be called before `groups` is written to, or the payload moved.
 */
void znn_part_fill_gap(struct part_encoder *encoder);

/*
 * Appends `data` to the payload as one stream, which belongs to no part.
 */
enum znn_status znn_part_encode_stream(struct part_encoder *encoder, const uint8_t *data, size_t size,
                                       enum stream_hint hint, struct stream *stream, struct znn_error *error);

/*
 * The same for a stream of a part that lies in encoder->groups, and stays as it is until the next part is encoded: if
 * it is raw, it may be left there.
 */
enum znn_status znn_part_encode_group(struct part_encoder *encoder, const uint8_t *data, size_t size,
                                      enum stream_hint hint, struct stream *stream, struct znn_error *error);

#endif

/*
 * part_encoder.h - from the bytes of a part to its streams
 */
#ifndef ZNN_ENGINE_PART_PART_ENCODER_H
#define ZNN_ENGINE_PART_PART_ENCODER_H

#include "common/buffer.h"
#include "common/error.h"
#include "common/hash.h"
#include "container/part.h"
#include "engine/part/base_source.h"
#include "engine/part/rotation.h"
#include "engine/part/zeroed.h"
#include "model/dtype.h"
#include "transform/palette.h"

struct delta_encoder;

/*
 * How the chunks of a file are encoded.  All zero: every bit is kept, and there is no base.
 */
struct chunk_coding {
    int level;               /* ZNN_LEVEL_FASTEST, ZNN_LEVEL_DEFAULT or ZNN_LEVEL_SMALLEST */
    struct znn_lossy lossy;  /* for parts that may be rounded */
    enum znn_sign sign;      /* where those of floats go that are not */
    struct base_source base; /* of related pieces; all zero: no piece is related */
};

/* Bytes of a payload that have not been copied there. */
struct payload_gap {
    size_t at, size;
    const uint8_t *data;
};

/*
 * What belongs to the chunk at hand.  It is replaced as a whole when a chunk starts, so that nothing of the last chunk
 * is left in it.
 */
struct part_call {
    bool hurries;           /* its streams are some of many: see struct stream_wish */
    struct hash *hash;      /* of the chunk's bytes, which come along as they are read; or NULL */
    const uint8_t *hashed;  /* up to where they did */
    struct payload_gap gap; /* raw byte groups of the last part */
    struct zeroed zeroed;   /* what rounding made zero */
};

/*
 * Encodes parts, one after the other, for one thread.  The streams of a chunk come together in its payload: whoever
 * starts a chunk says so first, and whoever tries a part in two ways cuts the payload back.
 *
 * What follows `call` is working memory.  Nobody reads what was left there before the call at hand.
 */
struct part_encoder {
    struct chunk_coding coding;
    struct stream_encoder *streams;
    struct delta_encoder *deltas; /* NULL: no part has a base */
    struct part_call call;
    struct rotation_sample *sample; /* of whoever opened it */
    struct buffer groups;           /* the byte groups of a part */
    struct buffer kept;             /* of a sparse part: the map, and the elements */
    struct palette palette;
    struct buffer payload;
};

/*
 * False where memory ran out.  To be closed in either case.
 */
bool znn_part_encoder_open(struct part_encoder *encoder, const struct chunk_coding *coding,
                           struct rotation_sample *sample);

/*
 * Starts a chunk: replaces what belongs to the last one, and empties the payload.
 */
void znn_part_encoder_start(struct part_encoder *encoder, const struct part_call *call);

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
 * What a decoder will give for a part that was rounded is written, or hashed, or both, and looked at for zeros.
 */
struct part_restored {
    uint8_t *bytes;        /* room for part->size of them, or NULL */
    struct hash *hash;     /* or NULL */
    struct zeroed *zeroed; /* or NULL; gets what rounding made zero, if the part was rounded */
};

/*
 * The same for a part that may be rounded as encoder->coding.lossy says, if that makes it smaller.  If it was, *done is
 * true, and `restored` has what a decoder will give; otherwise anything.
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

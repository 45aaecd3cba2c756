/*
 * encoding.h - what the encoders of all transforms share
 *
 * A part encoder is memory that one thread uses again and again, and the settings of the file.  A call is the chunk at
 * hand: it comes as an argument, and lasts until the chunk is encoded.  Streams of all its parts come together in the
 * payload.  Who tries a part in two ways appends both and drops one:
 *
 *     payload   | earlier parts | first way | second way |
 *                               start       middle
 */
#ifndef ZNN_ENGINE_CODING_ENCODING_H
#define ZNN_ENGINE_CODING_ENCODING_H

#include "codec/stream.h"
#include "common/buffer.h"
#include "common/hash.h"
#include "container/part.h"
#include "engine/coding/base_source.h"
#include "engine/coding/rotation.h"
#include "engine/coding/zeroed.h"
#include "model/dtype.h"
#include "transform/palette.h"

struct delta_encoder;

/*
 * How the chunks of a file are encoded.  All zero: every bit is kept, and there is no base.
 */
struct chunk_coding {
    int level;               /* ZNN_LEVEL_FASTEST, ZNN_LEVEL_DEFAULT or ZNN_LEVEL_SMALLEST */
    struct znn_lossy lossy;  /* for parts that may be rounded */
    enum znn_sign sign;      /* where the signs of floats go that are not rounded */
    struct base_source base; /* of related pieces; all zero: no piece is related */
};

/*
 * Encodes parts, one after the other, for one thread.  What follows `deltas` is working memory: nobody reads what
 * another call left there.
 */
struct part_encoder {
    struct chunk_coding coding;
    struct stream_encoder *streams;
    struct delta_encoder *deltas;   /* NULL: no part has a base */
    struct rotation_sample *sample; /* belongs to the owner of the encoder */
    struct buffer groups;           /* the byte groups of a part */
    struct buffer kept;             /* of a sparse part: the map, and the elements */
    struct palette palette;
    struct buffer payload;
};

/* Bytes of a payload that have not been copied there. */
struct payload_gap {
    size_t at, size;
    const uint8_t *data;
};

/*
 * The chunk at hand.  Its payload is encoder->payload.
 */
struct encode_call {
    struct part_encoder *encoder;
    bool hurries;           /* its streams are some of many: see struct stream_wish */
    struct hash *hash;      /* gets the chunk's bytes as they are read; or NULL */
    const uint8_t *hashed;  /* up to here it has got them */
    struct payload_gap gap; /* raw byte groups of the last part */
};

/*
 * The bytes of a part, whose size the part has.
 */
struct part_input {
    const uint8_t *data;
    enum dtype type;
    struct delta *delta; /* has the ranges of the base that the part is related to; or NULL */
};

/*
 * Drops everything from the payload.
 */
void znn_payload_clear(struct encode_call *call);

/*
 * The gap in the payload, of size 0 if there is none: a gap is forgotten when the payload is cut back before its end.
 */
const struct payload_gap *znn_payload_gap(struct encode_call *call);

/*
 * Fills it.  To be called before `groups` is written to, or the payload moved.
 */
void znn_payload_fill_gap(struct encode_call *call);

/*
 * Of two attempts in the payload, from `start` and from `middle` on, keeps the `last` or the first.
 */
void znn_payload_keep(struct encode_call *call, size_t start, size_t middle, bool last);

/*
 * Appends `data` to the payload as one stream.
 */
enum znn_status znn_part_encode_stream(struct encode_call *call, const uint8_t *data, size_t size,
                                       enum stream_hint hint, struct stream *stream, struct znn_error *error);

/*
 * The same for a stream that lies in encoder->groups, and stays as it is until the next part is encoded: if it is raw,
 * it may be left there.
 */
enum znn_status znn_part_encode_group(struct encode_call *call, const uint8_t *data, size_t size, enum stream_hint hint,
                                      struct stream *stream, struct znn_error *error);

#endif

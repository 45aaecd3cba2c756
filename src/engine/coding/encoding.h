/*
 * encoding.h - what the encoders of all transforms share
 *
 * A part encoder is memory that one thread reuses for all parts, and the settings of the file.  An encode_call
 * describes the current chunk and lasts until the chunk is encoded.  The payload collects the streams of all parts of
 * the chunk.  To encode a part in two ways, append both results and drop one:
 *
 *     payload   | earlier parts | first way | second way |
 *                               start       middle
 */
#ifndef ZNN_ENGINE_CODING_ENCODING_H
#define ZNN_ENGINE_CODING_ENCODING_H

#include "codec/stream.h"
#include "common/buffer.h"
#include "common/hash.h"
#include "common/source.h"
#include "container/part.h"
#include "engine/coding/base_source.h"
#include "engine/coding/rotation.h"
#include "engine/coding/scale_tensor.h"
#include "engine/coding/zeroed.h"
#include "model/dtype.h"
#include "transform/palette.h"

struct delta_encoder;

/*
 * How the chunks of a file are encoded.  A zeroed struct keeps every bit and has no base.
 */
struct chunk_coding {
    int level;               /* ZNN_LEVEL_FASTEST, ZNN_LEVEL_DEFAULT or ZNN_LEVEL_SMALLEST */
    struct znn_lossy lossy;  /* for parts that may be rounded */
    enum znn_sign sign;      /* how to store the signs of floats that are not rounded */
    struct base_source base; /* of pieces that are related to a base; zeroed if there are none */
    struct source *model;    /* the original, to read scales from; or NULL */
};

/*
 * Encodes parts one by one, for one thread.  The members after `deltas` are working memory: no call reads the contents
 * that another call left there.
 */
struct part_encoder {
    struct chunk_coding coding;
    struct stream_encoder *streams;
    struct delta_encoder *deltas;   /* NULL if no part has a base */
    struct rotation_sample *sample; /* belongs to the owner of the encoder */
    struct buffer groups;           /* the byte groups of a part */
    struct buffer kept;             /* the map and the elements of a sparse part */
    struct palette palette;
    struct buffer payload;
};

/* Bytes of a payload that were not copied into its buffer. */
struct payload_gap {
    size_t at, size;
    const uint8_t *data;
};

/*
 * The current chunk.  Its payload is encoder->payload.
 */
struct encode_call {
    struct part_encoder *encoder;
    bool hurries;           /* each of its streams is one of many: see struct stream_wish */
    struct hash *hash;      /* takes in the chunk's bytes while they are read; or NULL */
    const uint8_t *hashed;  /* the end of the bytes that `hash` has taken in */
    struct payload_gap gap; /* raw byte groups of the last part */
};

/*
 * The bytes of a part.  Their size is part->size.
 */
struct part_input {
    const uint8_t *data;
    enum dtype type;
    struct delta *delta;               /* lists the ranges of the base that the part is related to; or NULL */
    const struct scale_tensor *scales; /* of the part, which is one piece of a tensor; or NULL */
    uint64_t place;                    /* with scales: the number of the part's first element in its tensor */
};

/*
 * Empties the payload.
 */
void znn_payload_clear(struct encode_call *call);

/*
 * Returns the gap in the payload; its size is 0 if there is none.  Cutting the payload back before the end of the gap
 * discards the gap.
 */
const struct payload_gap *znn_payload_gap(struct encode_call *call);

/*
 * Fills the gap.  Call this before you write to `groups` or move the payload.
 */
void znn_payload_fill_gap(struct encode_call *call);

/*
 * The payload holds two attempts, which begin at `start` and at `middle`.  Keeps the second if `last` is true, else the
 * first.
 */
void znn_payload_keep(struct encode_call *call, size_t start, size_t middle, bool last);

/*
 * Appends `data` to the payload as one stream.
 */
enum znn_status znn_part_encode_stream(struct encode_call *call, const uint8_t *data, size_t size,
                                       enum stream_hint hint, struct stream *stream, struct znn_error *error);

/*
 * The same for a stream in encoder->groups that does not change until the next part is encoded.  A raw stream may stay
 * there and leave a gap in the payload.
 */
enum znn_status znn_part_encode_group(struct encode_call *call, const uint8_t *data, size_t size, enum stream_hint hint,
                                      struct stream *stream, struct znn_error *error);

#endif

/*
 * decoding.h - what the decoders of all transforms share
 *
 * A part decoder is memory that one thread reuses for all parts.  A decode_call describes the current chunk: where its
 * streams are, and what else to do with the decoded bytes.
 */
#ifndef ZNN_ENGINE_CODING_DECODING_H
#define ZNN_ENGINE_CODING_DECODING_H

#include "codec/frame.h"
#include "codec/stream.h"
#include "common/buffer.h"
#include "common/error.h"
#include "common/hash.h"
#include "container/part.h"
#include "engine/coding/allowance.h"

struct delta_decoder;

/*
 * The memory that a part needs only while it is decoded.  If one decoder of a thread works for another, they share this
 * memory, because a part has its base before it needs any of this.
 */
struct part_scratch {
    struct buffer groups; /* the byte groups of a part */
    struct buffer staged; /* elements before they are copied to a far target */
    struct buffer values; /* of a palette */
    struct buffer kept;   /* the elements and the map of a sparse part */
    struct buffer sorted; /* differences, sorted by context, and their streams */
};

/*
 * Decodes parts one by one, for one thread.
 */
struct part_decoder {
    struct frame_decoder *frames;
    struct delta_decoder *deltas;
    struct part_scratch own;
    struct hash before; /* the call's hash at the start of the part */
};

/*
 * The current chunk.
 */
struct decode_call {
    struct part_decoder *decoder;
    const uint8_t *payload; /* starts with the next stream; decoding a stream advances it */
    struct nested nested;   /* the scratch memory to use, and the allowance that pays for decoding other chunks */
    struct hash *hash;      /* takes in the decoded bytes; or NULL */
    bool far;               /* only `hash` reads the decoded bytes soon (platform/far_copy.h) */
};

void znn_part_scratch_free(struct part_scratch *scratch);

/*
 * Decodes the next stream like znn_stream_decode().
 */
const uint8_t *znn_part_decode_stream(struct decode_call *call, const struct stream *stream, size_t size,
                                      uint8_t *scratch);

/*
 * Decodes all streams of a part to the scratch memory.  A raw stream stays in place.
 */
enum znn_status znn_part_decode_streams(struct decode_call *call, const struct part *part, const uint8_t **streams,
                                        struct znn_error *error);

#endif

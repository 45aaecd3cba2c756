/*
 * decoding.h - what the decoders of all transforms share
 *
 * A part decoder is memory that one thread uses again and again.  A call is the chunk at hand: it comes as an argument,
 * and says where the streams are, and what else is to be done with the bytes.
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
 * The memory that a part takes while it is decoded, and no longer.  Decoders of a thread that work for each other share
 * it: a part has its base before it needs any of this.
 */
struct part_scratch {
    struct buffer groups; /* the byte groups of a part */
    struct buffer staged; /* elements on their way to a far place */
    struct buffer values; /* of a palette */
    struct buffer kept;   /* of a sparse part: the elements, and the map */
    struct buffer sorted; /* differences, in the order of their contexts, and the streams that they come from */
};

/*
 * Decodes parts, one after the other, for one thread.
 */
struct part_decoder {
    struct frame_decoder *frames;
    struct delta_decoder *deltas;
    struct part_scratch own;
    struct hash before; /* what the call's hash was at the start of the part */
};

/*
 * The chunk at hand.
 */
struct decode_call {
    struct part_decoder *decoder;
    const uint8_t *payload; /* from the next stream on: each stream that is decoded moves it on */
    struct nested nested;   /* the scratch memory in use, and what the decoding of other chunks is charged to */
    struct hash *hash;      /* gets the decoded bytes; or NULL */
    bool far;               /* the decoded bytes will not be looked at soon, except by `hash` (platform/far_copy.h) */
};

void znn_part_scratch_free(struct part_scratch *scratch);

/*
 * Decodes the next stream, as znn_stream_decode() does.
 */
const uint8_t *znn_part_decode_stream(struct decode_call *call, const struct stream *stream, size_t size,
                                      uint8_t *scratch);

/*
 * Decodes all streams of a part: each to the scratch memory, or if it is raw, in place.
 */
enum znn_status znn_part_decode_streams(struct decode_call *call, const struct part *part, const uint8_t **streams,
                                        struct znn_error *error);

#endif

/*
 * part_decoder.h - from the streams of a part to its bytes
 */
#ifndef ZNN_ENGINE_PART_PART_DECODER_H
#define ZNN_ENGINE_PART_PART_DECODER_H

#include "common/buffer.h"
#include "common/error.h"
#include "common/hash.h"
#include "container/part.h"
#include "container/part_delta.h"
#include "engine/part/allowance.h"
#include "engine/part/base_source.h"

struct delta_decoder;

/*
 * What a part takes while it is decoded, and no longer.  So the decoders of a thread that work for each other share it:
 * a part has its base before it needs any of this.
 */
struct part_scratch {
    struct buffer groups; /* the byte groups of a part */
    struct buffer staged; /* elements on their way to a far place */
    struct buffer values; /* of a palette */
    struct buffer kept;   /* of a sparse part: the elements, and the map */
    struct buffer sorted; /* differences, in the order of their contexts, and the streams that they come from */
};

/*
 * Decodes parts, one after the other, for one thread.  Whoever starts a chunk sets `payload` to where its payload
 * starts; each stream that is decoded moves it on.
 */
struct part_decoder {
    struct frame_decoder *frames;
    struct part_scratch own;
    struct nested nested;   /* the scratch memory in use, and what the decoding of other chunks is charged to */
    const uint8_t *payload; /* from the next stream on */
    struct hash *hash;      /* of the decoded bytes, to be taken along; or NULL */
    struct hash before;     /* what it was at the start of the part */
    bool far;               /* the decoded bytes will not be looked at soon, but for by `hash` (common/far_copy.h) */
    struct delta_decoder *deltas;
};

/*
 * False where memory ran out.  To be closed in either case.
 */
bool znn_part_decoder_open(struct part_decoder *decoder);

/*
 * What the parts that are differences refer to; without it there may be none.
 */
void znn_part_decoder_use(struct part_decoder *decoder, struct base_source base);

/*
 * What was read ahead is void, and the base of a part that is a difference is read ahead: see
 * engine/part/delta_decoder.h.
 */
void znn_part_ahead_clear(struct part_decoder *decoder);
bool znn_part_fetch_ahead(struct part_decoder *decoder, const struct part *part);

/*
 * Whether a part that is a difference, and did not come out right, has its base to blame: then ZNN_ERROR_BASE, or what
 * kept it from finding out.
 */
enum znn_status znn_part_blame(struct part_decoder *decoder, const struct part *part, struct znn_error *error);

void znn_part_scratch_free(struct part_scratch *scratch);

void znn_part_decoder_close(struct part_decoder *decoder);

/*
 * Decodes the next part to its part->size bytes at `target`.  ZNN_ERROR_CORRUPT, without a message, where a stream does
 * not decode; ZNN_ERROR_MEMORY.
 */
enum znn_status znn_part_decode(struct part_decoder *decoder, const struct part *part, uint8_t *target,
                                struct znn_error *error);

/*
 * Decodes the next stream, as znn_stream_decode() does.
 */
const uint8_t *znn_part_decode_stream(struct part_decoder *decoder, const struct stream *stream, size_t size,
                                      uint8_t *scratch);

#endif

/*
 * part_coding.h - one row for each transform: how the bytes of a part become streams, and come back
 *
 * The encoders and decoders of a transform are in files named after it.  part_codings.c, the only file that knows all
 * of them, lists the rows.  How a directory describes the parts is in another table: container/part_format.h.
 */
#ifndef ZNN_ENGINE_CODING_PART_CODING_H
#define ZNN_ENGINE_CODING_PART_CODING_H

#include "engine/coding/decoding.h"
#include "engine/coding/encoding.h"

/*
 * Encodes the part->size bytes of `input`: describes them in *part and appends the streams to the payload.  If the
 * transform does not suit the bytes, or hardly could be smaller than another, *worth is false and nothing is appended.
 * The result depends on the bytes, their type and the level alone.  Fails only for want of memory.
 */
typedef enum znn_status part_encode(struct encode_call *call, const struct part_input *input, struct part *part,
                                    bool *worth, struct znn_error *error);

/*
 * Decodes the next part to its part->size bytes at `target`.  ZNN_ERROR_CORRUPT, without a message, if a stream does
 * not decode; ZNN_ERROR_MEMORY.
 */
typedef enum znn_status part_decode(struct decode_call *call, const struct part *part, uint8_t *target,
                                    struct znn_error *error);

struct part_coding {
    /* NULL: it needs more than the bytes, such as a base, or leave to round.  part_encoder.c calls it if it has that.
     */
    part_encode *encode;
    part_decode *decode;
    bool hashes; /* decode() adds the bytes to call->hash itself, while they are in the cache */
};

/*
 * The row of a transform, whose number must be one.
 */
const struct part_coding *znn_part_coding(unsigned transform);

/*
 * A transform that is tried.  Its result has to be smaller than that of the trials after it by more than `margin`
 * bytes.
 */
struct part_trial {
    unsigned transform;
    int margin;
};

/*
 * The transforms that are tried for bytes without a base that must be kept, in this order.  The last one always suits.
 */
extern const struct part_trial znn_part_trials[];

#endif

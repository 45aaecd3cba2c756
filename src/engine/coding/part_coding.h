/*
 * part_coding.h - one row for each transform: how to turn the bytes of a part into streams and back
 *
 * The encoders and decoders of a transform are in files named after it.  part_codings.c, the only file that knows all
 * of them, lists the rows.  Another table lists how a directory describes the parts: container/part_format.h.
 */
#ifndef ZNN_ENGINE_CODING_PART_CODING_H
#define ZNN_ENGINE_CODING_PART_CODING_H

#include "engine/coding/decoding.h"
#include "engine/coding/encoding.h"

/*
 * Encodes the part->size bytes of `input`: describes them in *part and appends the streams to the payload.  Sets *worth
 * to false and appends nothing if the transform does not suit the bytes or has little chance to beat another one.  The
 * result depends only on the bytes, their type and the level.  Fails only if memory runs out.
 */
typedef enum znn_status part_encode(struct encode_call *call, const struct part_input *input, struct part *part,
                                    bool *worth, struct znn_error *error);

/*
 * Decodes the next part to its part->size bytes at `target`.  Returns ZNN_ERROR_CORRUPT, without a message, if a stream
 * does not decode; ZNN_ERROR_MEMORY if memory runs out.
 */
typedef enum znn_status part_decode(struct decode_call *call, const struct part *part, uint8_t *target,
                                    struct znn_error *error);

struct part_coding {
    /* NULL if encoding needs more than the bytes, such as a base or permission to round (part_encoder.c). */
    part_encode *encode;
    part_decode *decode;
    bool hashes; /* decode() adds the bytes to call->hash itself, while they are in the cache */
};

/*
 * Returns the row of `transform`, which must be a valid number.
 */
const struct part_coding *znn_part_coding(unsigned transform);

/*
 * A transform to try.  Its result wins only if it is smaller than the results of all later trials by more than `margin`
 * bytes.
 */
struct part_trial {
    unsigned transform;
    int margin;
};

/*
 * The transforms to try, in this order, for bytes that have no base and must not be rounded.  The last one always
 * suits.
 */
extern const struct part_trial znn_part_trials[];

#endif

/*
 * part_decoder.h - from the streams of a part to its bytes
 */
#ifndef ZNN_ENGINE_PART_PART_DECODER_H
#define ZNN_ENGINE_PART_PART_DECODER_H

#include "engine/coding/base_source.h"
#include "engine/coding/decoding.h"

/*
 * Returns false if memory runs out.  Call znn_part_decoder_close() in either case.
 */
bool znn_part_decoder_open(struct part_decoder *decoder);

/*
 * Sets the base that differences refer to.  Without a base, parts that are differences do not decode.
 */
void znn_part_decoder_use(struct part_decoder *decoder, struct base_source base);

/*
 * The first function discards all bases that were read ahead.  The second one reads ahead the base of a part, which
 * must be a difference.  See engine/delta/delta_decoder.h.
 */
void znn_part_ahead_clear(struct part_decoder *decoder);
bool znn_part_fetch_ahead(struct part_decoder *decoder, const struct part *part);

/*
 * Checks whether the base is the reason that a difference decoded wrongly.  Returns ZNN_ERROR_BASE if it is, or the
 * error that prevents the check.
 */
enum znn_status znn_part_blame(struct part_decoder *decoder, const struct part *part, struct znn_error *error);

void znn_part_decoder_close(struct part_decoder *decoder);

/*
 * Decodes the next part to its part->size bytes at `target`.  The bytes of a reference must be there already.  Returns
 * ZNN_ERROR_CORRUPT, without a message, if a stream does not decode; ZNN_ERROR_MEMORY if memory runs out.
 */
enum znn_status znn_part_decode(struct decode_call *call, const struct part *part, uint8_t *target,
                                struct znn_error *error);

#endif

/*
 * part_decoder.h - from the streams of a part to its bytes
 */
#ifndef ZNN_ENGINE_PART_PART_DECODER_H
#define ZNN_ENGINE_PART_PART_DECODER_H

#include "engine/coding/base_source.h"
#include "engine/coding/decoding.h"

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
 * engine/delta/delta_decoder.h.
 */
void znn_part_ahead_clear(struct part_decoder *decoder);
bool znn_part_fetch_ahead(struct part_decoder *decoder, const struct part *part);

/*
 * Whether a part that is a difference, and did not come out right, has its base to blame: then ZNN_ERROR_BASE, or what
 * kept it from finding out.
 */
enum znn_status znn_part_blame(struct part_decoder *decoder, const struct part *part, struct znn_error *error);

void znn_part_decoder_close(struct part_decoder *decoder);

/*
 * Decodes the next part to its part->size bytes at `target`, where the bytes of a reference are already.
 * ZNN_ERROR_CORRUPT, without a message, if a stream does not decode; ZNN_ERROR_MEMORY.
 */
enum znn_status znn_part_decode(struct decode_call *call, const struct part *part, uint8_t *target,
                                struct znn_error *error);

#endif

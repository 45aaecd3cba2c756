/*
 * delta_decoder.h - from the streams of a part, and the bytes of its base, to its bytes
 */
#ifndef ZNN_ENGINE_DELTA_DECODER_H
#define ZNN_ENGINE_DELTA_DECODER_H

#include "engine/bases.h"
#include "engine/part_decoder.h"

/*
 * Working memory of one thread.
 */
struct delta_decoder {
    struct bases *bases; /* the caller's; NULL where the file has none */
    struct buffer base;
    struct buffer work;
    struct buffer ahead; /* a range of the base that was read before it is needed */
    struct delta_range range;
    bool is_ahead;
};

void znn_delta_decoder_close(struct delta_decoder *decoder);

/*
 * Reads the base of a part before it is decoded, if that is just reading.
 */
void znn_delta_fetch_ahead(struct delta_decoder *decoder, const struct part *part);

/*
 * Decodes the next part, as znn_part_decode() does.
 */
enum znn_status znn_delta_decode(struct delta_decoder *decoder, struct part_decoder *coder, const struct part *part,
                                 uint8_t *target, struct znn_error *error);

#endif

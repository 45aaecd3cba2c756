/*
 * delta_decoder.h - from the streams of a part and the bytes of its base to its bytes
 */
#ifndef ZNN_ENGINE_DELTA_DELTA_DECODER_H
#define ZNN_ENGINE_DELTA_DELTA_DECODER_H

#include "engine/coding/base_source.h"
#include "engine/coding/part_coding.h"

/*
 * Working memory of one thread.
 */
struct delta_decoder {
    struct base_source source;
    struct buffer base;
    struct buffer converted; /* the base in the type of the part */
    struct buffer ahead;     /* the bases of the next parts, read before they are needed */
    size_t used;             /* bytes of `ahead` that parts have taken */
};

void znn_delta_decoder_close(struct delta_decoder *decoder);

/*
 * Discards the bases that were read ahead.  Call this when another chunk begins.
 */
void znn_delta_ahead_clear(struct delta_decoder *decoder);

/*
 * Reads the base of a part ahead of decoding if the base only has to be read and there is space.  The parts must be
 * decoded in the order of these calls.  Returns false if the base was not read; then do not read the bases of later
 * parts ahead.
 */
bool znn_delta_fetch_ahead(struct delta_decoder *decoder, const struct part *part);

/*
 * Finds the base of a part, which may have been read ahead.
 */
enum znn_status znn_delta_fetch(struct delta_decoder *decoder, const struct nested *nested, const struct part *part,
                                const uint8_t **base, struct znn_error *error);

/*
 * Like znn_part_blame().
 */
enum znn_status znn_delta_blame(struct delta_decoder *decoder, const struct part *part, struct znn_error *error);

part_decode znn_delta_decode;

#endif

/*
 * delta_decoder.h - from the streams of a part, and the bytes of its base, to its bytes
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
    struct buffer ahead; /* the bases of the next parts, read before they are needed */
    size_t used;         /* bytes of these that parts have had */
};

void znn_delta_decoder_close(struct delta_decoder *decoder);

/*
 * Forgets what was read ahead: another chunk begins.
 */
void znn_delta_ahead_clear(struct delta_decoder *decoder);

/*
 * Reads the base of a part before it is decoded, if that is just reading, and there is room; the parts will be decoded
 * in the order of these calls.  False where it was not read: then the bases of later parts must not be, either.
 */
bool znn_delta_fetch_ahead(struct delta_decoder *decoder, const struct part *part);

/*
 * As znn_part_blame() does.
 */
enum znn_status znn_delta_blame(struct delta_decoder *decoder, const struct part *part, struct znn_error *error);

part_decode znn_delta_decode;

#endif

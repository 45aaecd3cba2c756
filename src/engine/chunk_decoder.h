/*
 * chunk_decoder.h - from a record to the bytes of its chunk
 */
#ifndef ZNN_ENGINE_CHUNK_DECODER_H
#define ZNN_ENGINE_CHUNK_DECODER_H

#include "base/error.h"
#include "container/chunk.h"

/*
 * Decodes chunks, one after the other, for one thread.
 */
struct chunk_decoder;

/*
 * NULL where memory ran out.
 */
struct chunk_decoder *znn_chunk_decoder_new(void);

void znn_chunk_decoder_free(struct chunk_decoder *decoder);

/*
 * Decodes the chunk `record`, whose bytes from prefix to payload are at `bytes` and lie at `place` in the file.  Its
 * record->decoded_size bytes are at *data, in the decoder, until its next call; all checksums have been verified then.
 */
enum znn_status znn_chunk_decode(struct chunk_decoder *decoder, const struct record *record, const uint8_t *bytes,
                                 uint64_t place, const uint8_t **data, struct znn_error *error);

/*
 * The same, but the bytes go to `target`, which has room for them; what the last znn_chunk_decode() gave stays.  After
 * a failure `target` holds anything.
 */
enum znn_status znn_chunk_decode_to(struct chunk_decoder *decoder, const struct record *record, const uint8_t *bytes,
                                    uint64_t place, uint8_t *target, struct znn_error *error);

#endif

/*
 * chunk_decoder.h - from a record to the bytes of its chunk
 */
#ifndef ZNN_ENGINE_CHUNK_CHUNK_DECODER_H
#define ZNN_ENGINE_CHUNK_CHUNK_DECODER_H

#include "common/error.h"
#include "container/chunk.h"
#include "engine/chunk/reference_source.h"
#include "engine/coding/base_source.h"

/*
 * Decodes chunks, one after the other, for one thread.
 */
struct chunk_decoder;

/*
 * NULL where memory ran out.
 */
struct chunk_decoder *znn_chunk_decoder_new(void);

/*
 * Says where parts that are differences find their base, and what decoding other chunks for these is charged to.  If
 * this was not called, no part may be a difference, and nothing is charged.
 */
void znn_chunk_decoder_use(struct chunk_decoder *decoder, struct base_source base, struct allowance *allowance);

/*
 * Sets what the header says of rounding, without which nothing that is rounded is decoded.
 */
void znn_chunk_decoder_set_lossy(struct chunk_decoder *decoder, const struct znn_lossy *lossy);

/*
 * Gives back its scratch memory, and the memory of the last chunk.
 */
void znn_chunk_decoder_trim_scratch(struct chunk_decoder *decoder);
void znn_chunk_decoder_trim(struct chunk_decoder *decoder);

void znn_chunk_decoder_free(struct chunk_decoder *decoder);

/*
 * Says where what references name is to be read; it is copied.  Until then, and with a `read` of NULL, a chunk with
 * references is refused.
 */
void znn_chunk_decoder_refer(struct chunk_decoder *decoder, struct reference_source source);

/*
 * Reads what the chunk needs of a base, if that is just reading: for a thread that does not compute yet, so that others
 * may.  Where this fails, decoding tries again, and says so.
 */
void znn_chunk_fetch_ahead(struct chunk_decoder *decoder, const struct record *record, const uint8_t *bytes,
                           uint64_t place);

/*
 * Verifies and reads the head of a chunk, as decoding does, to find out where the last of what its references name
 * ends; *end is 0 where it has none.
 */
enum znn_status znn_chunk_reach(struct chunk_decoder *decoder, const struct record *record, const uint8_t *bytes,
                                uint64_t place, uint64_t *end, struct znn_error *error);

/*
 * The directory of the chunk that was decoded last.
 */
const struct directory *znn_chunk_decoder_directory(const struct chunk_decoder *decoder);

/*
 * A chunk to be decoded.
 */
struct decode_order {
    const struct record *record;
    const uint8_t *bytes;        /* of the record, from prefix to payload */
    uint64_t place;              /* of the record in the file */
    const struct nested *nested; /* another chunk needs this one: memory that it lends, and what to charge; or NULL */
    uint8_t *target;             /* room for record->decoded_size bytes; NULL: they stay in the decoder */
    bool far;                    /* the bytes at `target` will not be looked at soon (platform/far_copy.h) */
};

/*
 * Decodes a chunk.  Its bytes are at *data, and all checksums have been verified.  Bytes in the decoder last until its
 * next call without a target.  After a failure, `target` holds anything.
 */
enum znn_status znn_chunk_decode(struct chunk_decoder *decoder, const struct decode_order *order, const uint8_t **data,
                                 struct znn_error *error);

#endif

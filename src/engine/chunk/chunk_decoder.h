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
 * Decodes chunks one by one, for one thread.
 */
struct chunk_decoder;

/*
 * Returns NULL if memory runs out.
 */
struct chunk_decoder *znn_chunk_decoder_new(void);

/*
 * Sets the base of parts that are differences, and the allowance that decoding other chunks is charged to.  Without
 * this call, no part may be a difference, and nothing is charged.
 */
void znn_chunk_decoder_use(struct chunk_decoder *decoder, struct base_source base, struct allowance *allowance);

/*
 * Sets the rounding that the header states.  Without this call, rounded parts are refused.
 */
void znn_chunk_decoder_set_lossy(struct chunk_decoder *decoder, const struct znn_lossy *lossy);

/*
 * The first function frees the scratch memory, the second one the memory of the last chunk.
 */
void znn_chunk_decoder_trim_scratch(struct chunk_decoder *decoder);
void znn_chunk_decoder_trim(struct chunk_decoder *decoder);

void znn_chunk_decoder_free(struct chunk_decoder *decoder);

/*
 * Sets the source of the bytes that references name; `source` is copied.  Before this call, or if source.read is NULL,
 * chunks with references are refused.
 */
void znn_chunk_decoder_refer(struct chunk_decoder *decoder, struct reference_source source);

/*
 * Reads the bytes of the base that the chunk needs, if they only have to be read.  Call this from a thread that must
 * not compute yet, so other threads can compute meanwhile.  If reading fails, decoding tries again and reports the
 * error.
 */
void znn_chunk_fetch_ahead(struct chunk_decoder *decoder, const struct record *record, const uint8_t *bytes,
                           uint64_t place);

/*
 * Verifies and reads the head of a chunk, as decoding does.  Sets *end to the largest offset in the original at which
 * the source of a reference ends, or to 0 if the chunk has no references.
 */
enum znn_status znn_chunk_reach(struct chunk_decoder *decoder, const struct record *record, const uint8_t *bytes,
                                uint64_t place, uint64_t *end, struct znn_error *error);

/*
 * Returns the directory of the last chunk.
 */
const struct directory *znn_chunk_decoder_directory(const struct chunk_decoder *decoder);

/*
 * A chunk to decode.
 */
struct decode_order {
    const struct record *record;
    const uint8_t *bytes;        /* the whole record, from prefix to payload */
    uint64_t place;              /* of the record in the file */
    const struct nested *nested; /* set if another chunk needs this one (allowance.h); or NULL */
    uint8_t *target;             /* has space for record->decoded_size bytes; NULL: the bytes stay in the decoder */
    bool far;                    /* the bytes at `target` are not read soon (platform/far_copy.h) */
};

/*
 * Decodes a chunk, verifies all checksums, and sets *data to the decoded bytes.  Bytes in the decoder last until its
 * next call without a target.  After a failure, the contents of `target` are undefined.
 */
enum znn_status znn_chunk_decode(struct chunk_decoder *decoder, const struct decode_order *order, const uint8_t **data,
                                 struct znn_error *error);

#endif

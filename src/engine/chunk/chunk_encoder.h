/*
 * chunk_encoder.h - from the bytes of a chunk to its record
 */
#ifndef ZNN_ENGINE_CHUNK_CHUNK_ENCODER_H
#define ZNN_ENGINE_CHUNK_CHUNK_ENCODER_H

#include "common/buffer.h"
#include "common/error.h"
#include "container/chunk.h"
#include "engine/chunk/chunk_plan.h"
#include "engine/part/part_encoder.h"

/*
 * Encodes chunks one by one, for one thread.
 */
struct chunk_encoder;

/*
 * Returns NULL if memory runs out.  The context of coding->base must outlive the encoder.
 */
struct chunk_encoder *znn_chunk_encoder_new(const struct chunk_coding *coding);

void znn_chunk_encoder_free(struct chunk_encoder *encoder);

/* A record in pieces.  They lie in the encoder and last until its next call. */
struct encoded_chunk {
    struct record record;
    const uint8_t *head; /* prefix and directory */
    size_t head_size;
    const uint8_t *payload; /* record.payload_size bytes */
    struct payload_gap gap; /* the raw bytes that are not in `payload` */
    struct zeroed zeroed;   /* counts the numbers of the chunk that rounding made zero */
};

#define CHUNK_PIECES_MAX 4

struct chunk_piece {
    const uint8_t *data;
    size_t size;
};

/*
 * Lists the pieces of the record in order, and returns their number.  Some may be empty.
 */
unsigned znn_chunk_pieces(const struct encoded_chunk *chunk, struct chunk_piece pieces[CHUNK_PIECES_MAX]);

/*
 * Encodes the plan->size bytes at `data`.  The record depends on the bytes, the plan, the related bytes of the base and
 * the coding, but not on earlier chunks, because a file must not depend on which thread got which chunk.  Fails only if
 * memory runs out or the base cannot be read.
 */
enum znn_status znn_chunk_encode(struct chunk_encoder *encoder, const struct chunk_plan *plan, const uint8_t *data,
                                 struct encoded_chunk *chunk, struct znn_error *error);

/*
 * Encodes a chunk of references and gaps between them.  `gaps` holds the bytes of all gaps, one after the other.
 * `digest` is the digest of the whole chunk.  The record depends only on these arguments.
 */
enum znn_status znn_chunk_encode_references(struct chunk_encoder *encoder, const struct chunk_plan *plan,
                                            const uint8_t *gaps, uint64_t digest, struct encoded_chunk *chunk,
                                            struct znn_error *error);

#endif

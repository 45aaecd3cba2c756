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
 * Encodes chunks, one after the other, for one thread.
 */
struct chunk_encoder;

/*
 * NULL where memory ran out.  What coding->base asks must outlive the encoder.
 */
struct chunk_encoder *znn_chunk_encoder_new(const struct chunk_coding *coding);

void znn_chunk_encoder_free(struct chunk_encoder *encoder);

/* A record, in pieces that lie in the encoder and last until its next call. */
struct encoded_chunk {
    struct record record;
    const uint8_t *head; /* prefix and directory */
    size_t head_size;
    const uint8_t *payload; /* record.payload_size bytes */
    struct payload_gap gap; /* in these */
    struct zeroed zeroed;   /* what rounding made zero in the chunk */
};

#define CHUNK_PIECES_MAX 4

struct chunk_piece {
    const uint8_t *data;
    size_t size;
};

/*
 * The record, piece by piece; some may be empty.  Returns how many there are.
 */
unsigned znn_chunk_pieces(const struct encoded_chunk *chunk, struct chunk_piece pieces[CHUNK_PIECES_MAX]);

/*
 * Encodes the plan->size bytes at `data`.  What comes out depends on the bytes, the plan, what it is related to and the
 * coding, and not on the chunks before: a file must not depend on which thread got which chunk.  Fails only for want of
 * memory, or where the base cannot be read.
 */
enum znn_status znn_chunk_encode(struct chunk_encoder *encoder, const struct chunk_plan *plan, const uint8_t *data,
                                 struct encoded_chunk *chunk, struct znn_error *error);

/*
 * Encodes a chunk of references and the gaps between them, whose bytes are at `gaps`, one after the other.  `digest` is
 * that of the whole chunk.  What comes out depends on these alone, too.
 */
enum znn_status znn_chunk_encode_references(struct chunk_encoder *encoder, const struct chunk_plan *plan,
                                            const uint8_t *gaps, uint64_t digest, struct encoded_chunk *chunk,
                                            struct znn_error *error);

#endif

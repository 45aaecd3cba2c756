/*
 * sample.h - some chunks for all
 *
 * Of a large model it can be estimated what compressing it would give: one chunk in `step` is compressed, and the
 * record that comes of it stands for the others, up to the next one.
 *
 *     chunks    | a b c | d e f | g h i |        step 3; which one of a block, is left to chance
 *     records   | A B B | B B F | F H H |        (A has to be, as it is the first)
 *
 * A record can stand for chunks with the same pieces only.  Where there is none yet, the chunk is compressed, too; so
 * the records for several kinds of chunks are kept.
 */
#ifndef ZNN_ENGINE_RUN_SAMPLE_H
#define ZNN_ENGINE_RUN_SAMPLE_H

#include "engine/chunk/chunk_encoder.h"

/* How many kinds of chunks are remembered. */
#define SAMPLE_KINDS 8

struct sample_kind {
    struct chunk_plan plan;
    struct encoded_chunk chunk;
    struct buffer head;
};

/*
 * For one thread.  Zeroed but for `step`, it is ready; free with znn_sample_free().
 */
struct sample {
    uint64_t step;   /* 0 or 1: every chunk is compressed */
    uint64_t number; /* of the next chunk */
    struct sample_kind kinds[SAMPLE_KINDS];
    unsigned next; /* of them to be replaced */
};

/*
 * The step for a file of `size` bytes, 0 where it is too short for an estimate to be good, or its size not known.
 */
uint64_t znn_sample_step(uint64_t size);

/*
 * Looks whether another chunk stands for the next one, which `plan` describes; then *chunk is its record, with no
 * payload of its own: the bytes it points to are any.
 */
bool znn_sample_covers(struct sample *sample, const struct chunk_plan *plan, struct encoded_chunk *chunk);

/*
 * Remembers a chunk that has been compressed.  False where memory ran out.
 */
bool znn_sample_remember(struct sample *sample, const struct chunk_plan *plan, const struct encoded_chunk *chunk);

void znn_sample_free(struct sample *sample);

#endif

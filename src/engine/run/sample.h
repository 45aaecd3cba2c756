/*
 * sample.h - compresses some chunks as a sample of all
 *
 * For a large model, znn can estimate the result of compression.  It compresses one chunk in `step`, and uses the
 * record for all chunks up to the next one in the sample.
 *
 *     chunks    | a b c | d e f | g h i |        step 3; one random chunk of each block
 *     records   | A B B | B B F | F H H |        (A is needed, because it is the first)
 *
 * A record can stand only for chunks with the same pieces.  If there is no such record yet, the chunk is compressed as
 * well.  So records for several kinds of chunks are kept.
 */
#ifndef ZNN_ENGINE_RUN_SAMPLE_H
#define ZNN_ENGINE_RUN_SAMPLE_H

#include "engine/chunk/chunk_encoder.h"

/* The most kinds of chunks to remember. */
#define SAMPLE_KINDS 8

struct sample_kind {
    struct chunk_plan plan;
    struct encoded_chunk chunk;
    struct buffer head;
};

/*
 * For one thread.  Start from a zeroed struct and set `step`.  Call znn_sample_free() when done.
 */
struct sample {
    uint64_t step;   /* 0 or 1: every chunk is compressed */
    uint64_t number; /* of the next chunk */
    struct sample_kind kinds[SAMPLE_KINDS];
    unsigned next; /* the kind to replace next */
};

/*
 * Returns the step for a file of `size` bytes.  Returns 0 if the size is unknown, or too small for a good estimate.
 */
uint64_t znn_sample_step(uint64_t size);

/*
 * Returns true if another chunk stands for the next one, which `plan` describes.  Then *chunk is that chunk's record.
 * The contents of its payload are arbitrary.
 */
bool znn_sample_covers(struct sample *sample, const struct chunk_plan *plan, struct encoded_chunk *chunk);

/*
 * Remembers a chunk that was compressed.  Returns false if memory ran out.
 */
bool znn_sample_remember(struct sample *sample, const struct chunk_plan *plan, const struct encoded_chunk *chunk);

void znn_sample_free(struct sample *sample);

#endif

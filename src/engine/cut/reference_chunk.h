/*
 * reference_chunk.h - reads a chunk of references and checks them
 */
#ifndef ZNN_ENGINE_CUT_REFERENCE_CHUNK_H
#define ZNN_ENGINE_CUT_REFERENCE_CHUNK_H

#include "common/source.h"
#include "engine/cut/planner.h"

struct reference_chunk {
    struct buffer gaps; /* the bytes between references */
    struct buffer room; /* working memory */
    uint64_t digest;    /* of all bytes of the chunk */
};

/*
 * Reads the bytes that `plan` describes, one piece at a time, and compares each reference with its source again.
 * Returns ZNN_ERROR_IO if they differ, because then the input has changed, and ZNN_ERROR_MEMORY if memory runs out.
 */
enum znn_status znn_reference_chunk_read(struct reference_chunk *chunk, struct source *source,
                                         const struct chunk_plan *plan, struct znn_error *error);

void znn_reference_chunk_free(struct reference_chunk *chunk);

#endif

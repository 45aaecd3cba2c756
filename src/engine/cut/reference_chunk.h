/*
 * reference_chunk.h - reading a chunk of references, and making sure that they are right
 */
#ifndef ZNN_ENGINE_CUT_REFERENCE_CHUNK_H
#define ZNN_ENGINE_CUT_REFERENCE_CHUNK_H

#include "common/source.h"
#include "engine/cut/planner.h"

struct reference_chunk {
    struct buffer gaps; /* the bytes that are no references */
    struct buffer room; /* working memory */
    uint64_t digest;    /* of all bytes */
};

/*
 * Reads what `plan` describes, a piece at a time, and compares each reference with its source once more.  ZNN_ERROR_IO
 * where they differ, as the input has changed; ZNN_ERROR_MEMORY.
 */
enum znn_status znn_reference_chunk_read(struct reference_chunk *chunk, struct source *source,
                                         const struct chunk_plan *plan, struct znn_error *error);

void znn_reference_chunk_free(struct reference_chunk *chunk);

#endif

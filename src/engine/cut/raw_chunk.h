/*
 * raw_chunk.h - a chunk as it comes from the source
 */
#ifndef ZNN_ENGINE_CUT_RAW_CHUNK_H
#define ZNN_ENGINE_CUT_RAW_CHUNK_H

#include "common/source.h"
#include "engine/cut/planner.h"

/* Zeroed, it is empty; free with znn_raw_chunk_free(). */
struct raw_chunk {
    struct chunk_plan plan;
    struct buffer buffer;
    const uint8_t *data; /* in the buffer, or where the input is in memory, there */
    size_t size;         /* less than planned at the end */
};

/*
 * Reads what the plan says.
 */
enum znn_status znn_raw_chunk_read(struct raw_chunk *chunk, struct source *source, struct znn_error *error);

void znn_raw_chunk_free(struct raw_chunk *chunk);

#endif

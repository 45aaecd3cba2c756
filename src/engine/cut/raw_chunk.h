/*
 * raw_chunk.h - a chunk as read from the source
 */
#ifndef ZNN_ENGINE_CUT_RAW_CHUNK_H
#define ZNN_ENGINE_CUT_RAW_CHUNK_H

#include "common/source.h"
#include "engine/cut/planner.h"

/* A zeroed struct is an empty chunk.  Call znn_raw_chunk_free() when done. */
struct raw_chunk {
    struct chunk_plan plan;
    struct buffer buffer;
    const uint8_t *data; /* in the buffer or, if the input is in memory, in the input */
    size_t size;         /* smaller than planned at the end of the file */
};

/*
 * Reads the bytes that chunk->plan describes.
 */
enum znn_status znn_raw_chunk_read(struct raw_chunk *chunk, struct source *source, struct znn_error *error);

void znn_raw_chunk_free(struct raw_chunk *chunk);

#endif

/*
 * drawn.h - a chunk as it comes from the source
 */
#ifndef ZNN_ENGINE_CUT_DRAWN_H
#define ZNN_ENGINE_CUT_DRAWN_H

#include "common/source.h"
#include "engine/cut/planner.h"

/* Zeroed, it is empty; free with znn_drawn_free(). */
struct drawn {
    struct chunk_plan plan;
    struct buffer buffer;
    const uint8_t *data; /* in the buffer, or where the input is in memory, there */
    size_t size;         /* less than planned at the end */
};

/*
 * Reads what the plan says.
 */
enum znn_status znn_drawn_read(struct drawn *chunk, struct source *source, struct znn_error *error);

void znn_drawn_free(struct drawn *chunk);

#endif

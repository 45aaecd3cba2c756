/*
 * raw_chunk.c - a chunk as read from the source
 */
#include "engine/cut/raw_chunk.h"

enum znn_status znn_raw_chunk_read(struct raw_chunk *chunk, struct source *source, struct znn_error *error)
{
    const struct chunk_plan *plan = &chunk->plan;
    chunk->data = znn_source_direct(source, plan->offset, plan->size, &chunk->size);
    if (chunk->data)
        return ZNN_OK;
    chunk->buffer.size = 0;
    if (!znn_buffer_reserve(&chunk->buffer, plan->size))
        return znn_fail_memory(error, plan->size);
    chunk->data = chunk->buffer.data;
    return znn_source_read(source, plan->offset, chunk->buffer.data, plan->size, &chunk->size, error);
}

void znn_raw_chunk_free(struct raw_chunk *chunk)
{
    znn_chunk_plan_free(&chunk->plan);
    znn_buffer_free(&chunk->buffer);
}

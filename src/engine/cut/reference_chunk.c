/*
 * reference_chunk.c - reads a chunk of references and checks them
 *
 * A chunk of references may be 16 MiB long, but compression needs only its digest and the few bytes between
 * references.  So the chunk is not held in memory.  The references were verified before compression began, but the
 * input may have changed since.  So they are verified again while the chunk is read.
 */
#include "engine/cut/reference_chunk.h"

#include <errno.h>
#include <string.h>
#include <xxhash.h>

#define PIECE ((size_t)1 << 16)

static enum znn_status fail_changed(uint64_t offset, struct znn_error *error)
{
    return znn_fail_system(error, EIO, offset, "the input changed while it was read");
}

/* Reads `size` bytes, all of which existed when the chunk was planned. */
static enum znn_status read_again(struct source *source, uint64_t offset, uint8_t *data, size_t size,
                                  struct znn_error *error)
{
    size_t got = 0;
    enum znn_status status = znn_source_read(source, offset, data, size, &got, error);
    return status || got == size ? status : fail_changed(offset, error);
}

/* Adds a piece to the digest, and to the gaps or, if it is a reference, compares the digested bytes with its source. */
static enum znn_status read_piece(struct reference_chunk *chunk, struct source *source, uint64_t offset,
                                  const struct piece *piece, XXH3_state_t *state, struct znn_error *error)
{
    uint8_t *data = chunk->room.data;
    for (uint32_t done = 0; done < piece->size;) {
        size_t size = piece->size - done < PIECE ? piece->size - done : PIECE;
        enum znn_status status = read_again(source, offset + done, data, size, error);
        if (!status && piece->is_reference)
            status = read_again(source, piece->source + done, data + PIECE, size, error);
        if (status)
            return status;
        if (piece->is_reference && memcmp(data, data + PIECE, size) != 0)
            return fail_changed(offset + done, error);
        if (!piece->is_reference && !znn_buffer_append(&chunk->gaps, data, size))
            return znn_fail_memory(error, size);
        XXH3_64bits_update(state, data, size);
        done += (uint32_t)size;
    }
    return ZNN_OK;
}

static enum znn_status read_pieces(struct reference_chunk *chunk, struct source *source, const struct chunk_plan *plan,
                                   XXH3_state_t *state, struct znn_error *error)
{
    uint64_t offset = plan->offset;
    enum znn_status status = ZNN_OK;
    if (!znn_buffer_reserve(&chunk->room, 2 * PIECE))
        return znn_fail_memory(error, 2 * PIECE);
    for (size_t i = 0; i < plan->count && !status; i++) {
        status = read_piece(chunk, source, offset, &plan->pieces[i], state, error);
        offset += plan->pieces[i].size;
    }
    return status;
}

enum znn_status znn_reference_chunk_read(struct reference_chunk *chunk, struct source *source,
                                         const struct chunk_plan *plan, struct znn_error *error)
{
    XXH3_state_t *state = XXH3_createState();
    if (!state)
        return znn_fail_memory(error, SIZE_NOT_KNOWN);
    XXH3_64bits_reset(state);
    chunk->gaps.size = 0;
    enum znn_status status = read_pieces(chunk, source, plan, state, error);
    chunk->digest = XXH3_64bits_digest(state);
    XXH3_freeState(state);
    return status;
}

void znn_reference_chunk_free(struct reference_chunk *chunk)
{
    znn_buffer_free(&chunk->gaps);
    znn_buffer_free(&chunk->room);
}

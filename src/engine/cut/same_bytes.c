/*
 * same_bytes.c - compares two ranges of an input
 */
#include "engine/cut/same_bytes.h"

#include <string.h>

#define PIECE ((size_t)1 << 16)

/* Returns a piece of the input, either in the input's memory or read into `room`. */
static enum znn_status fetch(struct source *source, uint64_t offset, size_t size, uint8_t *room, const uint8_t **data,
                             size_t *got, struct znn_error *error)
{
    *data = znn_source_direct(source, offset, size, got);
    if (*data)
        return ZNN_OK;
    *data = room;
    return znn_source_read(source, offset, room, size, got, error);
}

enum znn_status znn_same_bytes(struct source *source, uint64_t a, uint64_t b, uint64_t size, struct buffer *room,
                               bool *same, struct znn_error *error)
{
    room->size = 0;
    *same = true;
    if (!znn_buffer_reserve(room, 2 * PIECE))
        return znn_fail_memory(error, 2 * PIECE);
    for (uint64_t done = 0; done < size && *same; done += PIECE) {
        size_t piece = size - done < PIECE ? (size_t)(size - done) : PIECE;
        const uint8_t *x, *y;
        size_t got_x = 0, got_y = 0;
        enum znn_status status = fetch(source, a + done, piece, room->data, &x, &got_x, error);
        if (!status)
            status = fetch(source, b + done, piece, room->data + PIECE, &y, &got_y, error);
        if (status)
            return status;
        *same = got_x == piece && got_y == piece && memcmp(x, y, piece) == 0;
    }
    return ZNN_OK;
}

/*
 * buffer.h - bytes that grow
 *
 * Growth is geometric, so that appending is linear in all; a buffer never holds much more than what was put into it,
 * which is how sizes that come from a file are kept from becoming allocations.
 */
#ifndef ZNN_COMMON_BUFFER_H
#define ZNN_COMMON_BUFFER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Zeroed, it is an empty buffer.  Free with znn_buffer_free().
 */
struct buffer {
    uint8_t *data;
    size_t size;
    size_t capacity;
};

/*
 * Makes room for `more` bytes behind the present size.  False where memory ran out (or the sum overflows); the buffer
 * is unchanged then.
 */
bool znn_buffer_reserve(struct buffer *buffer, size_t more);

bool znn_buffer_append(struct buffer *buffer, const void *data, size_t size);

bool znn_buffer_append_u8(struct buffer *buffer, uint8_t value);

bool znn_buffer_append_leb128(struct buffer *buffer, uint64_t value);

void znn_buffer_free(struct buffer *buffer);

#endif

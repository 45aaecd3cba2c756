/*
 * buffer.h - byte buffers that grow
 *
 * A buffer grows geometrically, so appending n bytes takes O(n) time in all.  A buffer never holds much more than its
 * contents.  So a size that comes from a file never becomes an allocation before its bytes are there.
 */
#ifndef ZNN_COMMON_BUFFER_H
#define ZNN_COMMON_BUFFER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * A zeroed struct is an empty buffer.  Call znn_buffer_free() when done.
 */
struct buffer {
    uint8_t *data;
    size_t size;
    size_t capacity;
};

/*
 * Makes room for `more` bytes after the present contents.  Returns false and leaves the buffer unchanged if memory ran
 * out or the sum overflows.
 */
bool znn_buffer_reserve(struct buffer *buffer, size_t more);

bool znn_buffer_append(struct buffer *buffer, const void *data, size_t size);

bool znn_buffer_append_u8(struct buffer *buffer, uint8_t value);

bool znn_buffer_append_leb128(struct buffer *buffer, uint64_t value);

void znn_buffer_free(struct buffer *buffer);

#endif

/*
 * buffer.c - byte buffers that grow
 */
#include "common/buffer.h"

#include <assert.h>
#include <string.h>

#include "common/bytes.h"
#include "common/memory.h"

bool znn_buffer_reserve(struct buffer *buffer, size_t more)
{
    assert(buffer->size <= buffer->capacity);
    if (more <= buffer->capacity - buffer->size)
        return true;
    if (more > SIZE_MAX / 2 - buffer->size)
        return false;
    size_t wanted = buffer->size + more;
    size_t grown = buffer->capacity + buffer->capacity / 2;
    size_t capacity = grown > wanted ? grown : wanted;
    uint8_t *data = znn_reallocate(buffer->data, capacity);
    if (!data)
        return false;
    buffer->data = data;
    buffer->capacity = capacity;
    return true;
}

bool znn_buffer_append(struct buffer *buffer, const void *data, size_t size)
{
    if (!znn_buffer_reserve(buffer, size))
        return false;
    if (size > 0)
        memcpy(buffer->data + buffer->size, data, size);
    buffer->size += size;
    return true;
}

bool znn_buffer_append_u8(struct buffer *buffer, uint8_t value)
{
    return znn_buffer_append(buffer, &value, 1);
}

bool znn_buffer_append_leb128(struct buffer *buffer, uint64_t value)
{
    uint8_t bytes[LEB128_MAX];
    return znn_buffer_append(buffer, bytes, store_leb128(bytes, value));
}

void znn_buffer_free(struct buffer *buffer)
{
    znn_release(buffer->data);
    *buffer = (struct buffer){0};
}

/*
 * source.c - looks ahead in an input without consuming it
 */
#include "common/source.h"

#include <assert.h>
#include <string.h>

/* The bytes to read from a stream at a time while a scanner looks ahead. */
#define READ_STEP ((size_t)1 << 20)

void znn_source_open(struct source *source, struct znn_input *input)
{
    bool is_stream = !input->memory && !input->read_at && input->read;
    *source = (struct source){.input = input, .size = is_stream ? ZNN_SIZE_UNKNOWN : input->size};
}

void znn_source_close(struct source *source)
{
    znn_buffer_free(&source->prefix);
    znn_buffer_free(&source->window);
}

bool znn_source_is_seekable(const struct source *source)
{
    return source->input->memory || source->input->read_at || !source->input->read;
}

/* A callback that returns more bytes than there is room for, or 0, is wrong. */
static enum znn_status check_read(ptrdiff_t n, size_t room, uint64_t offset, struct znn_error *error)
{
    bool good = n == ZNN_CALLBACK_END || (n > 0 && (size_t)n <= room);
    return good ? ZNN_OK : znn_fail_callback(error, n, offset, "read");
}

/* Reads until `size` bytes have come or the input ends, because callbacks may return fewer bytes than requested. */
static enum znn_status read_fully_at(struct znn_input *input, uint64_t offset, uint8_t *data, size_t size, size_t *got,
                                     struct znn_error *error)
{
    size_t done = 0;
    while (done < size) {
        ptrdiff_t n = input->read_at(input->context, data + done, size - done, offset + done);
        enum znn_status status = check_read(n, size - done, offset + done, error);
        if (status)
            return status;
        if (n == ZNN_CALLBACK_END)
            break;
        done += (size_t)n;
    }
    *got = done;
    return ZNN_OK;
}

static enum znn_status read_fully(struct source *source, uint64_t offset, uint8_t *data, size_t size, size_t *got,
                                  struct znn_error *error)
{
    struct znn_input *input = source->input;
    size_t done = 0;
    while (done < size && source->size == ZNN_SIZE_UNKNOWN) {
        ptrdiff_t n = input->read(input->context, data + done, size - done);
        enum znn_status status = check_read(n, size - done, offset + done, error);
        if (status)
            return status;
        if (n == ZNN_CALLBACK_END)
            source->size = offset + done; /* a terminal would wait for more input after its end: never ask again */
        else
            done += (size_t)n;
    }
    *got = done;
    return ZNN_OK;
}

static enum znn_status check_view(const struct source *source, uint64_t size, struct znn_error *error)
{
    if (source->view_limit == 0 || size <= source->view_limit)
        return ZNN_OK;
    return znn_fail(error, ZNN_ERROR_MEMORY_LIMIT, ZNN_NO_OFFSET, "a header of %llu MiB is to be looked at",
                    (unsigned long long)(size >> 20));
}

static enum znn_status view_stream(struct source *source, uint64_t offset, size_t size, const uint8_t **data,
                                   size_t *available, struct znn_error *error)
{
    struct buffer *prefix = &source->prefix;
    assert(offset >= source->position); /* a stream does not go back */
    uint64_t end = offset - source->position + size;
    while (prefix->size < end && source->size == ZNN_SIZE_UNKNOWN) {
        uint64_t missing = end - prefix->size;
        size_t step = missing < READ_STEP ? (size_t)missing : READ_STEP;
        size_t got = 0;
        enum znn_status status = check_view(source, prefix->size + step, error);
        if (status)
            return status;
        if (!znn_buffer_reserve(prefix, step))
            return znn_fail_memory(error, step);
        status = read_fully(source, source->position + prefix->size, prefix->data + prefix->size, step, &got, error);
        if (status)
            return status;
        prefix->size += got;
    }
    uint64_t start = offset - source->position;
    size_t there = start < prefix->size ? prefix->size - (size_t)start : 0;
    *available = there < size ? there : size;
    *data = prefix->data ? prefix->data + (there ? (size_t)start : 0) : NULL;
    return ZNN_OK;
}

void znn_source_end_views(struct source *source)
{
    znn_buffer_free(&source->window);
}

const uint8_t *znn_source_direct(const struct source *source, uint64_t offset, size_t size, size_t *available)
{
    const uint8_t *memory = source->input->memory;
    if (!memory)
        return NULL;
    uint64_t left = offset < source->size ? source->size - offset : 0;
    *available = left < size ? (size_t)left : size;
    return memory + (source->size - left);
}

enum znn_status znn_source_view(struct source *source, uint64_t offset, size_t size, const uint8_t **data,
                                size_t *available, struct znn_error *error)
{
    *data = NULL;
    *available = 0;
    if (!znn_source_is_seekable(source))
        return view_stream(source, offset, size, data, available, error);
    if (offset >= source->size)
        return ZNN_OK;
    *data = znn_source_direct(source, offset, size, available);
    if (*data)
        return ZNN_OK;
    uint64_t left = source->size - offset;
    size_t wanted = left < size ? (size_t)left : size;
    enum znn_status status = check_view(source, wanted, error);
    if (status)
        return status;
    source->window.size = 0;
    if (!znn_buffer_reserve(&source->window, wanted))
        return znn_fail_memory(error, wanted);
    *data = source->window.data;
    return read_fully_at(source->input, offset, source->window.data, wanted, available, error);
}

enum znn_status znn_source_read(struct source *source, uint64_t offset, void *data, size_t size, size_t *got,
                                struct znn_error *error)
{
    struct znn_input *input = source->input;
    *got = 0;
    if (!input->memory && !input->read_at && !input->read)
        return ZNN_OK; /* empty memory; a file of size 0 is still read, because it may have grown or be in /proc */
    const uint8_t *direct = znn_source_direct(source, offset, size, got);
    if (direct) {
        memcpy(data, direct, *got);
        return ZNN_OK;
    }
    if (input->read_at)
        return read_fully_at(input, offset, data, size, got, error);

    struct buffer *prefix = &source->prefix;
    assert(offset >= source->position);
    size_t start = (size_t)(offset - source->position);
    size_t kept = prefix->size > start ? prefix->size - start : 0;
    size_t taken = kept < size ? kept : size;
    if (taken > 0)
        memcpy(data, prefix->data + start, taken);
    if (prefix->data && start + taken >= prefix->size) {
        znn_buffer_free(prefix);
        source->position = offset + taken;
    } else if (!prefix->data) {
        source->position = offset + taken;
    }
    enum znn_status status = read_fully(source, offset + taken, (uint8_t *)data + taken, size - taken, got, error);
    *got += taken;
    if (!prefix->data)
        source->position = offset + *got;
    return status;
}

enum znn_status znn_source_read_exactly(struct source *source, uint64_t offset, void *data, size_t size,
                                        struct znn_error *error)
{
    size_t got;
    enum znn_status status = znn_source_read(source, offset, data, size, &got, error);
    if (!status && got < size)
        status = znn_fail(error, ZNN_ERROR_CORRUPT, offset + got, "the file ends too early");
    return status;
}

/*
 * io.c - the usual inputs and outputs: file descriptors and memory
 *
 * The context of the callbacks is the number of the file descriptor, cast to a pointer.  So nothing needs to be freed.
 */
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "znn.h"

#include "platform/descriptor.h"

/* The unit of holes in files. */
#define BLOCK ((size_t)4096)

static int context_fd(void *context)
{
    return (int)(intptr_t)context;
}

static void *fd_context(int fd)
{
    return (void *)(intptr_t)fd; /* never dereferenced */
}

/* Returns a callback's code for a system call that read `n` bytes, or failed if `n` is negative. */
static ptrdiff_t code_of(ptrdiff_t n)
{
    return n > 0 ? n : n == 0 ? ZNN_CALLBACK_END : ZNN_CALLBACK_ERRNO(errno);
}

static ptrdiff_t fd_read(void *context, void *buffer, size_t size)
{
    return code_of(znn_descriptor_read(context_fd(context), buffer, size));
}

static ptrdiff_t fd_read_at(void *context, void *buffer, size_t size, uint64_t offset)
{
    return code_of(znn_descriptor_read_at(context_fd(context), buffer, size, offset));
}

static ptrdiff_t fd_write(void *context, const void *data, size_t size)
{
    return znn_descriptor_write(context_fd(context), data, size) == 0 ? (ptrdiff_t)size : ZNN_CALLBACK_ERRNO(errno);
}

static bool is_zero(const uint8_t *p, size_t size)
{
    return p[0] == 0 && memcmp(p, p + 1, size - 1) == 0;
}

/* Returns the number of bytes from `offset` to the next block boundary of the file, at most `size`. */
static size_t to_boundary(uint64_t offset, size_t size)
{
    size_t n = BLOCK - (size_t)(offset % BLOCK);
    return n < size ? n : size;
}

/* Writes everything except blocks of zeros, in runs that are as long as possible. */
static ptrdiff_t fd_write_sparse(void *context, const void *data, size_t size, uint64_t offset)
{
    const uint8_t *p = data;
    size_t start = 0; /* start of the bytes to write next */
    size_t end = 0;
    while (end < size) {
        size_t block = to_boundary(offset + end, size - end);
        if (is_zero(p + end, block)) {
            if (znn_descriptor_write_at(context_fd(context), p + start, end - start, offset + start) != 0)
                return ZNN_CALLBACK_ERRNO(errno);
            start = end + block;
        }
        end += block;
    }
    return znn_descriptor_write_at(context_fd(context), p + start, end - start, offset + start) == 0
               ? (ptrdiff_t)size
               : ZNN_CALLBACK_ERRNO(errno);
}

static int fd_set_size(void *context, uint64_t size)
{
    return znn_descriptor_set_size(context_fd(context), size) == 0 ? ZNN_CALLBACK_DONE : ZNN_CALLBACK_ERRNO(errno);
}

struct znn_input znn_input_memory(const void *data, size_t size)
{
    return (struct znn_input){.memory = data, .size = size};
}

struct znn_input znn_input_fd(int fd)
{
    uint64_t size;
    if (!znn_descriptor_is_file(fd, &size))
        return znn_input_fd_stream(fd);
    return (struct znn_input){.context = fd_context(fd), .size = size, .read_at = fd_read_at};
}

struct znn_input znn_input_fd_stream(int fd)
{
    return (struct znn_input){.context = fd_context(fd), .size = ZNN_SIZE_UNKNOWN, .read = fd_read};
}

struct znn_output znn_output_fd(int fd)
{
    return (struct znn_output){.context = fd_context(fd), .write = fd_write};
}

struct znn_output znn_output_fd_sparse(int fd)
{
    return (struct znn_output){
        .context = fd_context(fd),
        .write = fd_write,
        .write_at = fd_write_sparse,
        .set_size = fd_set_size,
        .read_at = fd_read_at,
    };
}

struct znn_output znn_output_fixed(void *memory, size_t capacity)
{
    /*
     * A non-NULL `memory` marks the output as memory, so an empty output needs an address.  Nothing is written to it.
     */
    static const char nowhere;
    return (struct znn_output){.memory = memory ? memory : (void *)(uintptr_t)&nowhere,
                               .capacity = memory ? capacity : 0};
}

static ptrdiff_t memory_write(void *context, const void *data, size_t size)
{
    struct znn_memory *memory = context;
    if (size > memory->capacity - memory->size) {
        size_t wanted = memory->size + size;
        size_t grown = memory->capacity + memory->capacity / 2;
        size_t capacity = grown > wanted ? grown : wanted;
        uint8_t *moved = wanted < size ? NULL : realloc(memory->data, capacity);
        if (!moved)
            return ZNN_CALLBACK_MEMORY;
        memory->data = moved;
        memory->capacity = capacity;
    }
    if (size > 0)
        memcpy(memory->data + memory->size, data, size);
    memory->size += size;
    return (ptrdiff_t)size;
}

static ptrdiff_t memory_read_at(void *context, void *buffer, size_t size, uint64_t offset)
{
    const struct znn_memory *memory = context;
    uint64_t left = offset < memory->size ? memory->size - offset : 0;
    size_t n = size < left ? size : (size_t)left;
    if (n > 0)
        memcpy(buffer, memory->data + offset, n);
    return n > 0 ? (ptrdiff_t)n : ZNN_CALLBACK_END;
}

struct znn_output znn_output_memory(struct znn_memory *memory)
{
    return (struct znn_output){.context = memory, .write = memory_write, .read_at = memory_read_at};
}

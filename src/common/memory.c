/*
 * memory.c - memory from the caller's allocator
 */
#include "common/memory.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static _Thread_local const struct znn_allocator *current;

const struct znn_allocator *znn_memory_enter(const struct znn_allocator *allocator)
{
    const struct znn_allocator *previous = current;
    current = allocator;
    return previous;
}

void znn_memory_leave(const struct znn_allocator *previous)
{
    current = previous;
}

const struct znn_allocator *znn_memory_current(void)
{
    return current;
}

void *znn_allocate(size_t size)
{
    return znn_reallocate(NULL, size);
}

void *znn_allocate_zeroed(size_t count, size_t size)
{
    if (!current) /* faster than memset() for large blocks, which the system zeroes when they are used */
        return calloc(count > 0 ? count : 1, size > 0 ? size : 1);
    if (size > 0 && count > SIZE_MAX / size)
        return NULL;
    void *memory = znn_allocate(count * size);
    if (memory)
        memset(memory, 0, count * size);
    return memory;
}

void *znn_reallocate(void *memory, size_t size)
{
    size_t wanted = size > 0 ? size : 1;
    return current ? current->resize(current->context, memory, wanted) : realloc(memory, wanted);
}

void znn_release(void *memory)
{
    if (!current)
        free(memory);
    else if (memory)
        current->release(current->context, memory);
}

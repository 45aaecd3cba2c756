/*
 * array.c - arrays that grow by one element
 */
#include "common/array.h"

#include <assert.h>
#include <stdint.h>

#include "common/memory.h"

void *znn_array_grow(void *array, size_t count, size_t *capacity, size_t size)
{
    assert(count <= *capacity);
    if (count < *capacity)
        return array;
    size_t grown = *capacity < 16 ? 16 : *capacity + *capacity / 2;
    if (grown > SIZE_MAX / 2 / size)
        return NULL;
    void *moved = znn_reallocate(array, grown * size);
    if (moved)
        *capacity = grown;
    return moved;
}

/*
 * block_memory.c - memory for blocks, used again instead of freed
 */
#include "cli/mount/block_memory.h"

#include <assert.h>
#include <stdlib.h>

uint8_t *znn_block_memory_take(struct block_memory *memory, size_t size)
{
    assert(size <= BLOCK_SIZE);
    return size == BLOCK_SIZE && memory->count > 0 ? memory->spares[--memory->count] : malloc(size);
}

void znn_block_memory_give_back(struct block_memory *memory, uint8_t *data, size_t size)
{
    if (size == BLOCK_SIZE && memory->count < BLOCK_SPARES_MAX)
        memory->spares[memory->count++] = data;
    else
        free(data);
}

uint64_t znn_block_memory_spare(const struct block_memory *memory)
{
    return (uint64_t)memory->count * BLOCK_SIZE;
}

void znn_block_memory_trim(struct block_memory *memory, size_t count)
{
    while (memory->count > count)
        free(memory->spares[--memory->count]);
}

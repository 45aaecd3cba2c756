/*
 * block_memory.c - memory for blocks, used again instead of freed
 */
#include "cli/mount/block_memory.h"

#include <stdlib.h>

uint8_t *znn_block_memory_take(struct block_memory *memory, size_t size)
{
    size_t taken = block_memory_size(size);
    return taken == BLOCK_PIECE && memory->count > 0 ? memory->spares[--memory->count] : malloc(taken);
}

void znn_block_memory_give_back(struct block_memory *memory, uint8_t *data, size_t size)
{
    if (block_memory_size(size) == BLOCK_PIECE && memory->count < BLOCK_SPARES_MAX)
        memory->spares[memory->count++] = data;
    else
        free(data);
}

uint64_t znn_block_memory_spare(const struct block_memory *memory)
{
    return (uint64_t)memory->count * BLOCK_PIECE;
}

void znn_block_memory_trim(struct block_memory *memory, size_t count)
{
    while (memory->count > count)
        free(memory->spares[--memory->count]);
}

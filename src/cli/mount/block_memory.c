/*
 * block_memory.c - memory for blocks, used again instead of freed
 */
#include "cli/mount/block_memory.h"

#include "cli/system/pages.h"

#include <assert.h>
#include <stdbool.h>
#include <stdlib.h>

/* Eight pieces fill five large pages. */
#define SLAB_PIECES 8
#define SLAB_SIZE (SLAB_PIECES * BLOCK_PIECE)

struct slab {
    uint8_t *data;
    struct slab *next;
};

static bool grow_list(void ***list, size_t count)
{
    void **grown = realloc(*list, count * sizeof *grown);
    if (grown)
        *list = grown;
    return grown;
}

static bool add_slab(struct block_memory *memory)
{
    size_t pieces = memory->pieces + SLAB_PIECES;
    struct slab *slab = malloc(sizeof *slab);
    uint8_t *data = slab && grow_list(&memory->warm, pieces) && grow_list(&memory->untouched, pieces)
                        ? znn_pages_map(SLAB_SIZE)
                        : NULL;
    if (!data) {
        free(slab);
        return false;
    }
    *slab = (struct slab){.data = data, .next = memory->slabs};
    memory->slabs = slab;
    memory->pieces = pieces;
    for (size_t i = SLAB_PIECES; i-- > 0;) /* the first piece is the first to be taken */
        memory->untouched[memory->untouched_count++] = data + i * BLOCK_PIECE;
    return true;
}

static uint8_t *take_piece(struct block_memory *memory)
{
    if (memory->warm_count > 0)
        return memory->warm[--memory->warm_count];
    if (memory->untouched_count == 0 && !add_slab(memory))
        return NULL;
    return memory->untouched[--memory->untouched_count];
}

uint8_t *znn_block_memory_take(struct block_memory *memory, size_t size)
{
    return block_memory_size(size) == BLOCK_PIECE ? take_piece(memory) : malloc(size);
}

void znn_block_memory_give_back(struct block_memory *memory, uint8_t *data, size_t size)
{
    if (block_memory_size(size) == BLOCK_PIECE)
        memory->warm[memory->warm_count++] = data;
    else
        free(data);
}

uint64_t znn_block_memory_warm(const struct block_memory *memory)
{
    return (uint64_t)memory->warm_count * BLOCK_PIECE;
}

void znn_block_memory_cool(struct block_memory *memory, size_t count)
{
    while (memory->warm_count > count) {
        void *piece = memory->warm[--memory->warm_count];
        znn_pages_discard(piece, BLOCK_PIECE);
        memory->untouched[memory->untouched_count++] = piece;
    }
}

void znn_block_memory_close(struct block_memory *memory)
{
    assert(memory->warm_count + memory->untouched_count == memory->pieces);
    while (memory->slabs) {
        struct slab *slab = memory->slabs;
        memory->slabs = slab->next;
        znn_pages_unmap(slab->data, SLAB_SIZE);
        free(slab);
    }
    free(memory->warm);
    free(memory->untouched);
    *memory = (struct block_memory){.pieces = 0};
}

/*
 * block_memory.h - memory for blocks, used again instead of freed
 *
 * For a block that is decoded, sent and freed, getting new memory would cost more than the decoding (pages.h).  So the
 * memory of most blocks comes in pieces of one size, and a piece that a block leaves waits for the next block:
 *
 *     slab | piece | piece | ... |      untouched -> in use -> warm -> in use -> ...
 *
 * An untouched piece takes no memory.  Slabs are freed only when the cache is closed.
 */
#ifndef ZNN_CLI_MOUNT_BLOCK_MEMORY_H
#define ZNN_CLI_MOUNT_BLOCK_MEMORY_H

#include <stddef.h>
#include <stdint.h>

/* The bytes of a piece.  Nearly all blocks of numbers fit, and few are much smaller (znn(5), "Chunks"). */
#define BLOCK_PIECE ((size_t)5 << 18)

struct slab;

/* Zeroed, it has no memory.  One thread at a time may use it.  Call znn_block_memory_close() when done. */
struct block_memory {
    struct slab *slabs;
    size_t pieces; /* of all slabs, and the capacity of the following lists */
    void **warm;
    size_t warm_count;
    void **untouched;
    size_t untouched_count;
};

/*
 * Returns the bytes that a block of `size` bytes takes: a whole piece, if it fills at least half of one.
 */
static inline size_t block_memory_size(size_t size)
{
    return size > BLOCK_PIECE / 2 && size < BLOCK_PIECE ? BLOCK_PIECE : size;
}

/*
 * Returns memory for a block of `size` bytes, or NULL if memory ran out.
 */
uint8_t *znn_block_memory_take(struct block_memory *memory, size_t size);

/*
 * Takes memory back, with the size that it was taken with.  Only pieces are kept.
 */
void znn_block_memory_give_back(struct block_memory *memory, uint8_t *data, size_t size);

/*
 * Returns the bytes of all warm pieces.
 */
uint64_t znn_block_memory_warm(const struct block_memory *memory);

/*
 * Gives the memory of warm pieces back to the system, until at most `count` are left.
 */
void znn_block_memory_cool(struct block_memory *memory, size_t count);

/*
 * Frees everything.  All memory must have been taken back.
 */
void znn_block_memory_close(struct block_memory *memory);

#endif

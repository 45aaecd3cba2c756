/*
 * block_memory.h - memory for blocks, used again instead of freed
 *
 * The system clears each page that a program gets, when it first touches the page.  For a block that is decoded, sent
 * and freed, this costs more than the decoding.  So memory that a block leaves is kept for the next block.
 */
#ifndef ZNN_CLI_MOUNT_BLOCK_MEMORY_H
#define ZNN_CLI_MOUNT_BLOCK_MEMORY_H

#include <stddef.h>
#include <stdint.h>

#define BLOCK_SIZE ((size_t)1 << 20)

/* The most pieces that are kept. */
#define BLOCK_SPARES_MAX 64

/* Zeroed, it has no memory.  One thread at a time may use it. */
struct block_memory {
    void *spares[BLOCK_SPARES_MAX]; /* of BLOCK_SIZE bytes each */
    size_t count;
};

/*
 * Returns `size` bytes, at most BLOCK_SIZE, or NULL if memory ran out.
 */
uint8_t *znn_block_memory_take(struct block_memory *memory, size_t size);

/*
 * Takes memory back, with the size that it was taken with.  Only whole blocks are kept.
 */
void znn_block_memory_give_back(struct block_memory *memory, uint8_t *data, size_t size);

/*
 * Returns the bytes that are kept.
 */
uint64_t znn_block_memory_spare(const struct block_memory *memory);

/*
 * Frees pieces until at most `count` are kept.
 */
void znn_block_memory_trim(struct block_memory *memory, size_t count);

#endif

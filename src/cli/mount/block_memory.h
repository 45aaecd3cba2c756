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

/* The bytes of a piece.  Nearly all blocks of numbers fit, and few are much smaller (znn(5), "Chunks"). */
#define BLOCK_PIECE ((size_t)5 << 18)

/* The most pieces that are kept. */
#define BLOCK_SPARES_MAX 64

/* Zeroed, it has no memory.  One thread at a time may use it. */
struct block_memory {
    void *spares[BLOCK_SPARES_MAX]; /* of BLOCK_PIECE bytes each */
    size_t count;
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
 * Returns the bytes that are kept.
 */
uint64_t znn_block_memory_spare(const struct block_memory *memory);

/*
 * Frees pieces until at most `count` are kept.
 */
void znn_block_memory_trim(struct block_memory *memory, size_t count);

#endif

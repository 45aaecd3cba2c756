/*
 * block_cache.h - decoded chunks of originals, shared by all files of a mount
 *
 * A block is the original of one chunk.  A reader takes a block, which is decoded if it is not there yet, uses its
 * bytes, and gives it back.  Blocks that nobody uses stay until the cache is full; then the block that was unused for
 * the longest time goes first.  A block whose bytes have all been sent goes even before: the kernel has them in its own
 * cache, so the next block can take its memory.
 *
 *     take    absent -> loading -> ready     the caller decodes it; others that want the same block wait for it
 *     ahead   absent -> loading -> ready     a worker of the cache decodes it; nobody waits
 *
 * A block that cannot be decoded leaves the cache at once.
 *
 * The limit counts the memory of all blocks, and warm memory (block_memory.h).  It is exceeded only if all blocks are
 * in use, so at most by one block for each thread that reads.  Reading ahead never exceeds it.
 */
#ifndef ZNN_CLI_MOUNT_BLOCK_CACHE_H
#define ZNN_CLI_MOUNT_BLOCK_CACHE_H

#include "cli/mount/block_memory.h"
#include "cli/system/thread.h"

/* A block's place in the original. */
struct extent {
    uint64_t start;
    size_t size;
};

/*
 * What blocks are made from.  Its address identifies it in the cache.  Several threads call its functions at once.
 */
struct block_source {
    uint64_t size; /* of the original */

    /*
     * Returns the block that holds the byte at `offset`, which exists.
     */
    struct extent (*find)(struct block_source *source, uint64_t offset);

    /*
     * Decodes a block to `target`.  Returns false if this fails.
     */
    bool (*fill)(struct block_source *source, struct extent extent, uint8_t *target);
};

struct block {
    const struct block_source *source;
    struct extent extent;
    uint8_t *data;
    size_t sent; /* bytes that readers have used; those that were read twice count twice */
    unsigned users;
    bool is_loading;
    bool has_failed;
    struct block *next_in_bucket;
    struct block *older, *newer; /* among those that nobody uses */
};

struct block_cache;

/*
 * Makes a cache of at most `limit` bytes with `workers` threads for reading ahead, which may be 0.  Returns NULL if
 * memory ran out or a thread could not be started.
 */
struct block_cache *znn_block_cache_open(uint64_t limit, unsigned workers);

/*
 * Frees the cache.  All blocks must have been given back.
 */
void znn_block_cache_close(struct block_cache *cache);

/*
 * Returns a block, which `source` has found, with its bytes.  Returns NULL if it cannot be decoded, or memory ran out.
 */
const struct block *znn_block_cache_take(struct block_cache *cache, struct block_source *source, struct extent extent);

/*
 * Ends the use of a block, of which the reader has used `sent` bytes.
 */
void znn_block_cache_give_back(struct block_cache *cache, const struct block *block, size_t sent);

/*
 * Lets the workers decode the blocks that start in the range, as far as they are absent and fit.  The range may go
 * beyond the end of the original.
 */
void znn_block_cache_ahead(struct block_cache *cache, struct block_source *source, uint64_t start, uint64_t end);

/*
 * Removes all blocks of a source, as soon as workers and readers are done with them.
 */
void znn_block_cache_forget(struct block_cache *cache, const struct block_source *source);

/*
 * Returns the memory of all blocks and warm memory, in bytes.
 */
uint64_t znn_block_cache_used(struct block_cache *cache);

#endif

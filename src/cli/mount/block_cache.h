/*
 * block_cache.h - decoded pieces of originals, shared by all files of a mount
 *
 * An original is cut into blocks of BLOCK_SIZE bytes.  A reader takes a block, which is decoded if it is not there yet,
 * uses its bytes, and gives it back.  Blocks that nobody uses stay until the cache is full; then the block that was
 * unused for the longest time goes first.  A block whose bytes have all been sent goes even before: the kernel has them
 * in its own cache, so the next block can take its memory.
 *
 *     take    absent -> loading -> ready     the caller decodes it; others that want the same block wait for it
 *     ahead   absent -> loading -> ready     a worker of the cache decodes it; nobody waits
 *
 * A block that cannot be decoded leaves the cache at once.
 *
 * The limit counts the bytes of all blocks, and spare memory (block_memory.h).  It is exceeded only if all blocks are
 * in use, so at most by one block for each thread that reads.  Reading ahead never exceeds it.
 * The indexes of open files are not counted: znn_reader_open() bounds each of them.
 */
#ifndef ZNN_CLI_MOUNT_BLOCK_CACHE_H
#define ZNN_CLI_MOUNT_BLOCK_CACHE_H

#include "cli/mount/block_memory.h"
#include "cli/system/thread.h"

/*
 * The most blocks that one worker decodes at a time.  In a longer run fewer chunks are decoded twice, where runs meet.
 * In a shorter run the blocks are still in the processor's cache when they are sent.
 */
#define BLOCK_RUN_MAX 4

/*
 * What blocks are made from.  Its address identifies it in the cache.
 */
struct block_source {
    uint64_t size; /* of the original */

    /*
     * Decodes `count` blocks from number `first` on to their targets.  The last block of the original is short.
     * Several threads call this at once.  Returns false if any of them cannot be decoded.
     */
    bool (*fill)(struct block_source *source, uint64_t first, uint8_t *const *targets, size_t count);
};

struct block {
    const struct block_source *source;
    uint64_t number;
    uint8_t *data;
    size_t size;
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
 * Returns a block with its bytes.  Returns NULL if it cannot be decoded, or memory ran out.
 */
const struct block *znn_block_cache_take(struct block_cache *cache, struct block_source *source, uint64_t number);

/*
 * Ends the use of a block, of which the reader has used `sent` bytes.
 */
void znn_block_cache_give_back(struct block_cache *cache, const struct block *block, size_t sent);

/*
 * Lets the workers decode up to `count` blocks from number `first` on, as far as they are absent, exist, and fit.
 */
void znn_block_cache_ahead(struct block_cache *cache, struct block_source *source, uint64_t first, size_t count);

/*
 * Removes all blocks of a source, as soon as workers and readers are done with them.
 */
void znn_block_cache_forget(struct block_cache *cache, const struct block_source *source);

/*
 * Returns the bytes of all blocks and of spare memory.
 */
uint64_t znn_block_cache_used(struct block_cache *cache);

#endif

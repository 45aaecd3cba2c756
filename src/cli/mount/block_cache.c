/*
 * block_cache.c - decoded chunks of originals, shared by all files of a mount
 */
#include "cli/mount/block_cache.h"

#include <assert.h>
#include <stdlib.h>

#define BUCKETS 4096
#define JOBS_MAX 256

/* A block that waits for a worker. */
struct job {
    struct block_source *source;
    struct block *block;
};

struct block_cache {
    struct monitor monitor; /* guards all members below, and all blocks except their bytes */
    struct block *buckets[BUCKETS];
    struct block *oldest, *newest; /* of the blocks that nobody uses */
    uint64_t limit, used;
    struct block_memory memory;
    struct job jobs[JOBS_MAX]; /* a ring: the first to be decoded is number `first_job` */
    size_t first_job, job_count;
    unsigned forgetters; /* threads that wait until blocks are not in use */
    bool is_closing;
    struct thread *workers;
    unsigned worker_count;
};

/* ---------------------------------------------------------------------------------------------------------------- */
/* Blocks.  These functions run inside the monitor.                                                                 */
/* ---------------------------------------------------------------------------------------------------------------- */

static struct block **bucket_of(struct block_cache *cache, const struct block_source *source, uint64_t start)
{
    uint64_t hash = ((uint64_t)(uintptr_t)source / sizeof *source + start) * UINT64_C(0x9e3779b97f4a7c15);
    return &cache->buckets[hash >> 52];
}

static struct block *find(struct block_cache *cache, const struct block_source *source, uint64_t start)
{
    struct block *block = *bucket_of(cache, source, start);
    while (block && (block->source != source || block->extent.start != start))
        block = block->next_in_bucket;
    return block;
}

/* The kernel has all bytes of this block in its own cache, so it hardly asks again. */
static bool is_spent(const struct block *block)
{
    return block->sent >= block->extent.size;
}

static void link_oldest(struct block_cache *cache, struct block *block)
{
    block->older = NULL;
    block->newer = cache->oldest;
    if (cache->oldest)
        cache->oldest->older = block;
    else
        cache->newest = block;
    cache->oldest = block;
}

static void link_newest(struct block_cache *cache, struct block *block)
{
    block->older = cache->newest;
    block->newer = NULL;
    if (cache->newest)
        cache->newest->newer = block;
    else
        cache->oldest = block;
    cache->newest = block;
}

static void unlink_unused(struct block_cache *cache, struct block *block)
{
    if (block->older)
        block->older->newer = block->newer;
    else
        cache->oldest = block->newer;
    if (block->newer)
        block->newer->older = block->older;
    else
        cache->newest = block->older;
}

/* Frees a block that is not among the unused ones. */
static void destroy(struct block_cache *cache, struct block *block)
{
    struct block **link = bucket_of(cache, block->source, block->extent.start);
    while (*link != block)
        link = &(*link)->next_in_bucket;
    *link = block->next_in_bucket;
    cache->used -= block_memory_size(block->extent.size);
    znn_block_memory_give_back(&cache->memory, block->data, block->extent.size);
    free(block);
}

static void remove_unused(struct block_cache *cache, struct block *block)
{
    unlink_unused(cache, block);
    destroy(cache, block);
}

/*
 * Removes unused blocks until one of `size` bytes fits, and a spent block in any case: its memory is in the processor's
 * cache, and new memory is not.  Returns false if it does not fit.
 */
static bool make_room(struct block_cache *cache, size_t size)
{
    size_t taken = block_memory_size(size);
    if (cache->memory.warm_count == 0 && cache->oldest && is_spent(cache->oldest))
        remove_unused(cache, cache->oldest);
    while (cache->used + taken > cache->limit && cache->oldest)
        remove_unused(cache, cache->oldest);
    return cache->used + taken <= cache->limit;
}

/* Gives memory back that is kept beyond the limit. */
static void trim(struct block_cache *cache)
{
    uint64_t room = cache->used < cache->limit ? cache->limit - cache->used : 0;
    if (znn_block_memory_warm(&cache->memory) > room)
        znn_block_memory_cool(&cache->memory, (size_t)(room / BLOCK_PIECE));
}

/* Adds a block that is being loaded and has one user: the thread that loads it.  Returns NULL if memory ran out. */
static struct block *add(struct block_cache *cache, const struct block_source *source, struct extent extent)
{
    struct block *block = malloc(sizeof *block);
    uint8_t *data = block ? znn_block_memory_take(&cache->memory, extent.size) : NULL;
    if (!data) {
        free(block);
        return NULL;
    }
    struct block **bucket = bucket_of(cache, source, extent.start);
    *block = (struct block){
        .source = source, .extent = extent, .data = data, .users = 1, .is_loading = true, .next_in_bucket = *bucket};
    *bucket = block;
    cache->used += block_memory_size(extent.size);
    trim(cache);
    return block;
}

/* The last user of a failed block removes it. */
static void leave(struct block_cache *cache, struct block *block)
{
    assert(block->users > 0);
    if (--block->users > 0)
        return;
    if (block->has_failed)
        destroy(cache, block);
    else if (is_spent(block))
        link_oldest(cache, block);
    else
        link_newest(cache, block);
    while (cache->used > cache->limit && cache->oldest)
        remove_unused(cache, cache->oldest);
    trim(cache);
    if (cache->forgetters > 0)
        znn_monitor_wake(&cache->monitor);
}

static void settle(struct block_cache *cache, struct block *block, bool fine)
{
    block->is_loading = false;
    block->has_failed = !fine;
    znn_monitor_wake(&cache->monitor);
}

/* ---------------------------------------------------------------------------------------------------------------- */
/* Taking blocks                                                                                                    */
/* ---------------------------------------------------------------------------------------------------------------- */

/* Decodes a new block outside the monitor. */
static void load(struct block_cache *cache, struct block_source *source, struct block *block)
{
    znn_monitor_leave(&cache->monitor);
    bool fine = source->fill(source, block->extent, block->data);
    znn_monitor_enter(&cache->monitor);
    settle(cache, block, fine);
}

static void join(struct block_cache *cache, struct block *block)
{
    if (block->users++ == 0)
        unlink_unused(cache, block);
    while (block->is_loading)
        znn_monitor_wait(&cache->monitor);
}

const struct block *znn_block_cache_take(struct block_cache *cache, struct block_source *source, struct extent extent)
{
    znn_monitor_enter(&cache->monitor);
    struct block *block = find(cache, source, extent.start);
    if (block) {
        join(cache, block);
    } else {
        make_room(cache, extent.size);
        block = add(cache, source, extent);
        if (block)
            load(cache, source, block);
    }
    if (block && block->has_failed) {
        leave(cache, block);
        block = NULL;
    }
    znn_monitor_leave(&cache->monitor);
    return block;
}

void znn_block_cache_give_back(struct block_cache *cache, const struct block *taken, size_t sent)
{
    znn_monitor_enter(&cache->monitor);
    struct block *block = find(cache, taken->source, taken->extent.start);
    assert(block == taken);
    block->sent += sent;
    leave(cache, block);
    znn_monitor_leave(&cache->monitor);
}

/* ---------------------------------------------------------------------------------------------------------------- */
/* Reading ahead                                                                                                    */
/* ---------------------------------------------------------------------------------------------------------------- */

/* Waits for a block.  Returns false if the cache is closing. */
static bool next_job(struct block_cache *cache, struct job *job)
{
    while (cache->job_count == 0 && !cache->is_closing)
        znn_monitor_wait(&cache->monitor);
    if (cache->job_count == 0)
        return false;
    *job = cache->jobs[cache->first_job];
    cache->first_job = (cache->first_job + 1) % JOBS_MAX;
    cache->job_count--;
    return true;
}

static void work(void *context)
{
    struct block_cache *cache = context;
    struct job job;
    znn_monitor_enter(&cache->monitor);
    while (next_job(cache, &job)) {
        load(cache, job.source, job.block);
        leave(cache, job.block);
    }
    znn_monitor_leave(&cache->monitor);
}

/* Adds a block for the workers, unless it is there.  Returns false if it does not fit. */
static bool add_job(struct block_cache *cache, struct block_source *source, struct extent extent)
{
    if (find(cache, source, extent.start))
        return true;
    if (cache->job_count == JOBS_MAX || !make_room(cache, extent.size))
        return false;
    struct block *block = add(cache, source, extent);
    if (!block)
        return false;
    cache->jobs[(cache->first_job + cache->job_count++) % JOBS_MAX] = (struct job){source, block};
    return true;
}

void znn_block_cache_ahead(struct block_cache *cache, struct block_source *source, uint64_t start, uint64_t end)
{
    uint64_t stop = end < source->size ? end : source->size;
    bool fits = cache->worker_count > 0;
    znn_monitor_enter(&cache->monitor);
    for (uint64_t offset = start; fits && offset < stop;) {
        struct extent extent = source->find(source, offset);
        if (extent.start >= start)
            fits = add_job(cache, source, extent);
        offset = extent.start + extent.size;
    }
    if (cache->job_count > 0)
        znn_monitor_wake(&cache->monitor);
    znn_monitor_leave(&cache->monitor);
}

/* ---------------------------------------------------------------------------------------------------------------- */
/* The cache                                                                                                        */
/* ---------------------------------------------------------------------------------------------------------------- */

static struct block *find_any(struct block_cache *cache, const struct block_source *source, bool is_in_use)
{
    for (size_t i = 0; i < BUCKETS; i++)
        for (struct block *block = cache->buckets[i]; block; block = block->next_in_bucket)
            if (block->source == source && (block->users > 0) == is_in_use)
                return block;
    return NULL;
}

void znn_block_cache_forget(struct block_cache *cache, const struct block_source *source)
{
    struct block *block;
    znn_monitor_enter(&cache->monitor);
    cache->forgetters++;
    while (find_any(cache, source, true))
        znn_monitor_wait(&cache->monitor);
    cache->forgetters--;
    while ((block = find_any(cache, source, false)))
        remove_unused(cache, block);
    trim(cache);
    znn_monitor_leave(&cache->monitor);
}

uint64_t znn_block_cache_used(struct block_cache *cache)
{
    znn_monitor_enter(&cache->monitor);
    uint64_t used = cache->used + znn_block_memory_warm(&cache->memory);
    znn_monitor_leave(&cache->monitor);
    return used;
}

static bool start_workers(struct block_cache *cache, unsigned count)
{
    cache->workers = calloc(count + 1, sizeof *cache->workers);
    while (cache->workers && cache->worker_count < count &&
           znn_cli_thread_start(&cache->workers[cache->worker_count], work, cache))
        cache->worker_count++;
    return cache->workers && cache->worker_count == count;
}

struct block_cache *znn_block_cache_open(uint64_t limit, unsigned workers)
{
    struct block_cache *cache = calloc(1, sizeof *cache);
    if (!cache || !znn_monitor_open(&cache->monitor)) {
        free(cache);
        return NULL;
    }
    cache->limit = limit;
    if (start_workers(cache, workers))
        return cache;
    znn_block_cache_close(cache);
    return NULL;
}

void znn_block_cache_close(struct block_cache *cache)
{
    znn_monitor_enter(&cache->monitor);
    cache->is_closing = true;
    znn_monitor_wake(&cache->monitor);
    znn_monitor_leave(&cache->monitor);
    for (unsigned i = 0; i < cache->worker_count; i++)
        znn_cli_thread_join(&cache->workers[i]);
    while (cache->oldest)
        remove_unused(cache, cache->oldest);
    assert(cache->used == 0);
    znn_block_memory_close(&cache->memory);
    free(cache->workers);
    znn_monitor_close(&cache->monitor);
    free(cache);
}

/*
 * block_cache.c - decoded pieces of originals, shared by all files of a mount
 */
#include "cli/mount/block_cache.h"

#include <assert.h>
#include <stdlib.h>

#define BUCKETS 4096
#define RUNS_MAX 64

/* Blocks that follow each other and wait for a worker. */
struct run {
    struct block_source *source;
    struct block *blocks[BLOCK_RUN_MAX];
    size_t count;
};

struct block_cache {
    struct monitor monitor; /* guards all members below, and all blocks except their bytes */
    struct block *buckets[BUCKETS];
    struct block *oldest, *newest; /* of the blocks that nobody uses */
    uint64_t limit, used;
    struct block_memory memory;
    struct run runs[RUNS_MAX]; /* a ring: the first to be decoded is number `first_run` */
    size_t first_run, run_count;
    unsigned forgetters; /* threads that wait until blocks are not in use */
    bool is_closing;
    struct thread *workers;
    unsigned worker_count;
};

/* ---------------------------------------------------------------------------------------------------------------- */
/* Blocks.  These functions run inside the monitor.                                                                 */
/* ---------------------------------------------------------------------------------------------------------------- */

static struct block **bucket_of(struct block_cache *cache, const struct block_source *source, uint64_t number)
{
    uint64_t hash = ((uint64_t)(uintptr_t)source / sizeof *source + number) * UINT64_C(0x9e3779b97f4a7c15);
    return &cache->buckets[hash >> 52];
}

static struct block *find(struct block_cache *cache, const struct block_source *source, uint64_t number)
{
    struct block *block = *bucket_of(cache, source, number);
    while (block && (block->source != source || block->number != number))
        block = block->next_in_bucket;
    return block;
}

/* The kernel has all bytes of this block in its own cache, so it hardly asks again. */
static bool is_spent(const struct block *block)
{
    return block->sent >= block->size;
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
    struct block **link = bucket_of(cache, block->source, block->number);
    while (*link != block)
        link = &(*link)->next_in_bucket;
    *link = block->next_in_bucket;
    cache->used -= block->size;
    znn_block_memory_give_back(&cache->memory, block->data, block->size);
    free(block);
}

static void remove_unused(struct block_cache *cache, struct block *block)
{
    unlink_unused(cache, block);
    destroy(cache, block);
}

/*
 * Removes unused blocks until `size` more bytes fit, and a spent block in any case: its memory is in the processor's
 * cache, and new memory is not.  Returns false if the bytes do not fit.
 */
static bool make_room(struct block_cache *cache, uint64_t size)
{
    if (cache->memory.count == 0 && cache->oldest && is_spent(cache->oldest))
        remove_unused(cache, cache->oldest);
    while (cache->used + size > cache->limit && cache->oldest)
        remove_unused(cache, cache->oldest);
    return cache->used + size <= cache->limit;
}

/* Frees memory that is kept beyond the limit. */
static void trim(struct block_cache *cache)
{
    uint64_t room = cache->used < cache->limit ? cache->limit - cache->used : 0;
    if (znn_block_memory_spare(&cache->memory) > room)
        znn_block_memory_trim(&cache->memory, (size_t)(room / BLOCK_SIZE));
}

static size_t size_of(const struct block_source *source, uint64_t number)
{
    uint64_t left = source->size - number * BLOCK_SIZE;
    return left < BLOCK_SIZE ? (size_t)left : BLOCK_SIZE;
}

/* Adds a block that is being loaded and has one user: the thread that loads it.  Returns NULL if memory ran out. */
static struct block *add(struct block_cache *cache, const struct block_source *source, uint64_t number)
{
    struct block *block = malloc(sizeof *block);
    uint8_t *data = block ? znn_block_memory_take(&cache->memory, size_of(source, number)) : NULL;
    if (!data) {
        free(block);
        return NULL;
    }
    struct block **bucket = bucket_of(cache, source, number);
    *block = (struct block){.source = source,
                            .number = number,
                            .data = data,
                            .size = size_of(source, number),
                            .users = 1,
                            .is_loading = true,
                            .next_in_bucket = *bucket};
    *bucket = block;
    cache->used += block->size;
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
    bool fine = source->fill(source, block->number, &block->data, 1);
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

const struct block *znn_block_cache_take(struct block_cache *cache, struct block_source *source, uint64_t number)
{
    assert(number * BLOCK_SIZE < source->size);
    znn_monitor_enter(&cache->monitor);
    struct block *block = find(cache, source, number);
    if (block) {
        join(cache, block);
    } else {
        make_room(cache, size_of(source, number));
        block = add(cache, source, number);
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
    struct block *block = find(cache, taken->source, taken->number);
    assert(block == taken);
    block->sent += sent;
    leave(cache, block);
    znn_monitor_leave(&cache->monitor);
}

/* ---------------------------------------------------------------------------------------------------------------- */
/* Reading ahead                                                                                                    */
/* ---------------------------------------------------------------------------------------------------------------- */

/* Waits for a run.  Returns false if the cache is closing. */
static bool next_run(struct block_cache *cache, struct run *run)
{
    while (cache->run_count == 0 && !cache->is_closing)
        znn_monitor_wait(&cache->monitor);
    if (cache->run_count == 0)
        return false;
    *run = cache->runs[cache->first_run];
    cache->first_run = (cache->first_run + 1) % RUNS_MAX;
    cache->run_count--;
    return true;
}

/* Decodes a run outside the monitor.  If this fails, each block gets its own try, so that only damaged ones fail. */
static void load_run(struct block_cache *cache, const struct run *run, bool fine[BLOCK_RUN_MAX])
{
    uint8_t *targets[BLOCK_RUN_MAX];
    uint64_t first = run->blocks[0]->number;
    for (size_t i = 0; i < run->count; i++)
        targets[i] = run->blocks[i]->data;
    znn_monitor_leave(&cache->monitor);
    bool all = run->source->fill(run->source, first, targets, run->count);
    for (size_t i = 0; i < run->count; i++)
        fine[i] = all || run->source->fill(run->source, first + i, &targets[i], 1);
    znn_monitor_enter(&cache->monitor);
}

static void work(void *context)
{
    struct block_cache *cache = context;
    struct run run;
    znn_monitor_enter(&cache->monitor);
    while (next_run(cache, &run)) {
        bool fine[BLOCK_RUN_MAX];
        load_run(cache, &run, fine);
        for (size_t i = 0; i < run.count; i++) {
            settle(cache, run.blocks[i], fine[i]);
            leave(cache, run.blocks[i]);
        }
    }
    znn_monitor_leave(&cache->monitor);
}

/* Adds the next run of absent blocks, from *number on, and moves *number behind it.  Returns false if there is none. */
static bool add_run(struct block_cache *cache, struct block_source *source, uint64_t *number, uint64_t end)
{
    struct run *run = &cache->runs[(cache->first_run + cache->run_count) % RUNS_MAX];
    *run = (struct run){.source = source};
    while (*number < end && find(cache, source, *number))
        ++*number;
    while (*number < end && run->count < BLOCK_RUN_MAX && !find(cache, source, *number)) {
        if (!make_room(cache, size_of(source, *number)))
            break;
        struct block *block = add(cache, source, *number);
        if (!block)
            break;
        run->blocks[run->count++] = block;
        ++*number;
    }
    cache->run_count += run->count > 0;
    return run->count > 0;
}

void znn_block_cache_ahead(struct block_cache *cache, struct block_source *source, uint64_t first, size_t count)
{
    uint64_t blocks = (source->size + BLOCK_SIZE - 1) / BLOCK_SIZE;
    uint64_t end = first + count < blocks ? first + count : blocks;
    znn_monitor_enter(&cache->monitor);
    while (cache->worker_count > 0 && cache->run_count < RUNS_MAX && add_run(cache, source, &first, end))
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
    uint64_t used = cache->used + znn_block_memory_spare(&cache->memory);
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
    znn_block_memory_trim(&cache->memory, 0);
    free(cache->workers);
    znn_monitor_close(&cache->monitor);
    free(cache);
}

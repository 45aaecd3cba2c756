/*
 * failing.h - allocations and threads that are refused
 *
 * A test program that includes this is linked so that what it and the library call is not malloc() and its like but the
 * functions here, which the linker's --wrap calls __wrap_malloc() and so on.  They count the requests, refuse the one
 * that they are told to, and keep count of the blocks that are still to be freed:
 *
 *     request   1    2    3    4    5
 *     fail_at 3 good good NULL good good     lasting:   good good NULL NULL NULL
 *
 * What shared libraries allocate for themselves passes by; ../cli/faults.sh reaches that as well.
 */
#ifndef ZNN_TESTS_FAILING_H
#define ZNN_TESTS_FAILING_H

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

static struct {
    atomic_uint requests; /* since the start */
    atomic_int live;      /* blocks that were given and not freed */
    atomic_int highest;   /* the most of them at a time, since a test last set this */
    atomic_uint fail_at;  /* the request that is refused, from 1; 0: none */
    atomic_bool lasting;  /* and all after it */
    atomic_bool struck;   /* one was refused */
} failing;

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *block, size_t size);
void __real_free(void *block);
int __real_pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*start)(void *), void *argument);

void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *block, size_t size);
void __wrap_free(void *block);
int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*start)(void *), void *argument);

static bool is_refused(void)
{
    unsigned request = atomic_fetch_add(&failing.requests, 1) + 1;
    unsigned fail_at = atomic_load(&failing.fail_at);
    bool refused = fail_at > 0 && (request == fail_at || (request > fail_at && atomic_load(&failing.lasting)));
    if (refused) {
        atomic_store(&failing.struck, true);
        errno = ENOMEM;
    }
    return refused;
}

static void *count_block(void *block)
{
    int live = block ? atomic_fetch_add(&failing.live, 1) + 1 : 0;
    for (int highest = atomic_load(&failing.highest); live > highest;)
        if (atomic_compare_exchange_weak(&failing.highest, &highest, live))
            break;
    return block;
}

void *__wrap_malloc(size_t size)
{
    return is_refused() ? NULL : count_block(__real_malloc(size));
}

void *__wrap_calloc(size_t count, size_t size)
{
    return is_refused() ? NULL : count_block(__real_calloc(count, size));
}

void *__wrap_realloc(void *block, size_t size)
{
    if (is_refused())
        return NULL;
    void *moved = __real_realloc(block, size);
    return block ? moved : count_block(moved);
}

void __wrap_free(void *block)
{
    if (block)
        atomic_fetch_sub(&failing.live, 1);
    __real_free(block);
}

int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*start)(void *), void *argument)
{
    return is_refused() ? EAGAIN : __real_pthread_create(thread, attributes, start, argument);
}

/* Counts from 1 again, and refuses as told. */
static inline void failing_start(unsigned fail_at, bool lasting)
{
    atomic_store(&failing.requests, 0);
    atomic_store(&failing.struck, false);
    atomic_store(&failing.lasting, lasting);
    atomic_store(&failing.fail_at, fail_at);
}

/* Refuses nothing any more. */
static inline void failing_stop(void)
{
    atomic_store(&failing.fail_at, 0);
}

#endif

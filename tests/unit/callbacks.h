/*
 * callbacks.h - inputs and outputs over memory, by callbacks that misbehave as real ones may
 *
 * A feed gives bytes in short steps, a drain collects them in any order, and both can share a `faults`, which counts
 * their calls and makes the Nth of them fail: a test that lets N grow until nothing fails any more has seen every
 * failure there is.
 *
 *     call      1    2    3    4    5
 *     fail_at 3 good good FAIL good good     lasting:   good good FAIL FAIL FAIL
 */
#ifndef ZNN_TESTS_CALLBACKS_H
#define ZNN_TESTS_CALLBACKS_H

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "znn.h"

struct faults {
    atomic_uint calls;
    unsigned fail_at; /* the call that fails, from 1; 0: none */
    bool lasting;     /* all after it fail as well */
    int reason;       /* errno of a failure */
};

static inline bool fault_strikes(struct faults *faults)
{
    if (!faults)
        return false;
    unsigned call = atomic_fetch_add(&faults->calls, 1) + 1;
    if (faults->fail_at == 0 || call < faults->fail_at || (call > faults->fail_at && !faults->lasting))
        return false;
    return true;
}

/* What a callback returns then. */
static inline int fault_code(const struct faults *faults)
{
    return ZNN_CALLBACK_ERRNO(faults->reason);
}

enum way { WAY_MEMORY, WAY_RANDOM_ACCESS, WAY_STREAM, WAY_COUNT };

struct feed {
    const void *data;
    size_t size;
    size_t step;       /* bytes that a call gives at the most; 0: any number */
    size_t position;   /* of a stream */
    unsigned ends;     /* how often a stream has said that it ended */
    uint64_t reported; /* random access: the size that the input states where it is not `size`; 0: it is */
    struct faults *faults;
};

static inline ptrdiff_t feed_read_at(void *context, void *buffer, size_t size, uint64_t offset)
{
    const struct feed *feed = context;
    if (fault_strikes(feed->faults))
        return fault_code(feed->faults);
    size_t left = offset < feed->size ? feed->size - (size_t)offset : 0;
    size_t given = size < left ? size : left;
    if (feed->step && given > feed->step)
        given = feed->step;
    if (given > 0)
        memcpy(buffer, (const uint8_t *)feed->data + offset, given);
    return given > 0 ? (ptrdiff_t)given : ZNN_CALLBACK_END;
}

static inline ptrdiff_t feed_read(void *context, void *buffer, size_t size)
{
    struct feed *feed = context;
    ptrdiff_t given = feed_read_at(feed, buffer, size, feed->position);
    if (given > 0)
        feed->position += (size_t)given;
    feed->ends += given == ZNN_CALLBACK_END;
    return given;
}

static inline struct znn_input feed_input(struct feed *feed, enum way way)
{
    if (way == WAY_MEMORY)
        return znn_input_memory(feed->data, feed->size);
    if (way == WAY_STREAM)
        return (struct znn_input){.context = feed, .size = ZNN_SIZE_UNKNOWN, .read = feed_read};
    uint64_t size = feed->reported ? feed->reported : feed->size;
    return (struct znn_input){.context = feed, .size = size, .read_at = feed_read_at};
}

/* Collects an output; `drain_open` and `drain_close` stand around its use. */
struct drain {
    uint8_t *data;
    size_t size; /* the end of the furthest write */
    size_t capacity;
    size_t written;  /* bytes in all */
    uint64_t set_to; /* by set_size; UINT64_MAX: not called */
    bool out_of_order;
    struct faults *faults;
    pthread_mutex_t lock;
};

static inline ptrdiff_t drain_write_at(void *context, const void *data, size_t size, uint64_t offset)
{
    struct drain *drain = context;
    if (fault_strikes(drain->faults))
        return fault_code(drain->faults);
    pthread_mutex_lock(&drain->lock);
    size_t end = (size_t)offset + size;
    if (end > drain->capacity) {
        size_t capacity = end + end / 2;
        uint8_t *moved = realloc(drain->data, capacity);
        if (!moved)
            abort();
        memset(moved + drain->capacity, 0, capacity - drain->capacity);
        drain->data = moved;
        drain->capacity = capacity;
    }
    if (size > 0)
        memcpy(drain->data + offset, data, size);
    drain->out_of_order = drain->out_of_order || offset != drain->size;
    drain->size = end > drain->size ? end : drain->size;
    drain->written += size;
    pthread_mutex_unlock(&drain->lock);
    return (ptrdiff_t)size;
}

static inline ptrdiff_t drain_write(void *context, const void *data, size_t size)
{
    struct drain *drain = context;
    return drain_write_at(drain, data, size, drain->size);
}

static inline ptrdiff_t drain_read_at(void *context, void *buffer, size_t size, uint64_t offset)
{
    struct drain *drain = context;
    if (fault_strikes(drain->faults))
        return fault_code(drain->faults);
    pthread_mutex_lock(&drain->lock);
    size_t left = offset < drain->size ? drain->size - (size_t)offset : 0;
    size_t given = size < left ? size : left;
    if (given > 0)
        memcpy(buffer, drain->data + offset, given);
    pthread_mutex_unlock(&drain->lock);
    return given > 0 ? (ptrdiff_t)given : ZNN_CALLBACK_END;
}

static inline int drain_set_size(void *context, uint64_t size)
{
    struct drain *drain = context;
    if (fault_strikes(drain->faults))
        return fault_code(drain->faults);
    drain->set_to = size;
    return ZNN_CALLBACK_DONE;
}

static inline void drain_open(struct drain *drain)
{
    *drain = (struct drain){.set_to = UINT64_MAX};
    pthread_mutex_init(&drain->lock, NULL);
}

static inline void drain_close(struct drain *drain)
{
    pthread_mutex_destroy(&drain->lock);
    free(drain->data);
}

/* An output that appends, or with `anywhere` one that takes pieces in any order. */
static inline struct znn_output drain_output(struct drain *drain, bool anywhere)
{
    struct znn_output output = {.context = drain, .write = drain_write, .read_at = drain_read_at};
    if (anywhere) {
        output.write_at = drain_write_at;
        output.set_size = drain_set_size;
    }
    return output;
}

#endif

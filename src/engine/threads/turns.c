/*
 * turns.c - lets workers do their work in parallel, but finish it in order
 */
#include "engine/threads/turns.h"

#include <assert.h>

#include "common/memory.h"

/* More threads than this do not help, and each costs memory. */
#define THREADS_MAX 1024

unsigned znn_threads(unsigned wanted)
{
    if (wanted == 0)
        wanted = znn_processors();
    return wanted < THREADS_MAX ? wanted : THREADS_MAX;
}

enum znn_status znn_turns_open(struct turns *turns, unsigned threads, bool files, struct znn_error *error)
{
    unsigned all = files ? threads + 1 : threads;
    *turns = (struct turns){.threads = all, .places = all, .idle = threads};
    turns->passed = znn_allocate(turns->threads * sizeof *turns->passed);
    if (!turns->passed)
        return znn_fail_memory(error, turns->threads * sizeof *turns->passed);
    znn_condition_open(&turns->gate);
    znn_mutex_open(&turns->draw_lock);
    znn_mutex_open(&turns->lock);
    for (unsigned i = 0; i < turns->threads; i++)
        znn_condition_open(&turns->passed[i]);
    return ZNN_OK;
}

void znn_turns_close(struct turns *turns)
{
    if (!turns->passed)
        return;
    for (unsigned i = 0; i < turns->places; i++)
        znn_condition_close(&turns->passed[i]);
    znn_condition_close(&turns->gate);
    znn_mutex_close(&turns->lock);
    znn_mutex_close(&turns->draw_lock);
    znn_release(turns->passed);
}

void znn_turns_settle_by(struct turns *turns, turns_settle *settle, void *context)
{
    turns->settle = settle;
    turns->context = context;
}

static void work_with_allocator(void *context)
{
    const struct turns *turns = context;
    znn_memory_enter(turns->allocator); /* the thread ends with the work */
    turns->work(turns->work_context);
}

enum znn_status znn_turns_run(struct turns *turns, void (*work)(void *context), void *context, struct znn_error *error)
{
    struct thread *threads = znn_allocate(turns->threads * sizeof *threads);
    turns->work = work;
    turns->work_context = context;
    turns->allocator = znn_memory_current();
    unsigned started = 0;
    if (threads)
        while (started + 1 < turns->threads && znn_thread_start(&threads[started], work_with_allocator, turns))
            started++;
    work(context);
    for (unsigned i = 0; i < started; i++)
        znn_thread_join(&threads[i]);
    znn_release(threads);
    if (turns->status && error)
        *error = turns->error;
    return turns->status;
}

bool znn_turns_draw(struct turns *turns, uint64_t *ticket)
{
    znn_mutex_lock(&turns->draw_lock);
    znn_mutex_lock(&turns->lock);
    bool over = turns->over || turns->dry;
    znn_mutex_unlock(&turns->lock);
    if (over) {
        znn_mutex_unlock(&turns->draw_lock);
        return false;
    }
    *ticket = turns->next++;
    return true;
}

void znn_turns_drawn(struct turns *turns)
{
    znn_mutex_unlock(&turns->draw_lock);
}

void znn_turns_dry(struct turns *turns)
{
    turns->dry = true;
}

void znn_turns_enter(struct turns *turns)
{
    znn_mutex_lock(&turns->lock);
    while (turns->idle == 0)
        znn_condition_wait(&turns->gate, &turns->lock);
    turns->idle--;
    znn_mutex_unlock(&turns->lock);
}

void znn_turns_leave(struct turns *turns)
{
    znn_mutex_lock(&turns->lock);
    assert(turns->idle < turns->places); /* only a worker that has entered may leave */
    turns->idle++;
    znn_condition_signal(&turns->gate);
    znn_mutex_unlock(&turns->lock);
}

bool znn_turns_wait(struct turns *turns, uint64_t ticket)
{
    znn_mutex_lock(&turns->lock);
    while (!turns->over && turns->turn != ticket)
        znn_condition_wait(&turns->passed[ticket % turns->threads], &turns->lock);
    bool mine = !turns->over;
    znn_mutex_unlock(&turns->lock);
    return mine;
}

/* Gives the turn to the next ticket.  Call this while holding the lock. */
static void pass(struct turns *turns)
{
    turns->turn++;
    znn_condition_broadcast(&turns->passed[turns->turn % turns->threads]);
}

/* Ends all turns.  Call this while holding the lock. */
static void end(struct turns *turns, enum znn_status status, const struct znn_error *failure)
{
    assert(!status || failure);
    turns->over = true;
    if (status && !turns->status) {
        turns->status = status;
        turns->error = *failure;
    }
    for (unsigned i = 0; i < turns->threads; i++)
        znn_condition_broadcast(&turns->passed[i]);
}

bool znn_turns_may_leave(struct turns *turns, uint64_t ticket)
{
    znn_mutex_lock(&turns->lock);
    bool may = ticket - turns->turn < TURNS_AHEAD;
    znn_mutex_unlock(&turns->lock);
    return may;
}

/* Does the work of tickets left to others whose turn it is.  Call this while holding the lock, which is released during
 * the work. */
static void settle_left(struct turns *turns)
{
    struct znn_error error;
    while (!turns->over && !turns->settling && turns->left[turns->turn % TURNS_AHEAD]) {
        uint64_t ticket = turns->turn;
        turns->left[ticket % TURNS_AHEAD] = false;
        turns->settling = true;
        znn_mutex_unlock(&turns->lock);
        enum znn_status status = turns->settle(turns->context, ticket, &error);
        znn_mutex_lock(&turns->lock);
        turns->settling = false;
        if (status)
            end(turns, status, &error);
        else
            pass(turns);
    }
}

bool znn_turns_leave_to_others(struct turns *turns, uint64_t ticket)
{
    znn_mutex_lock(&turns->lock);
    assert(turns->settle);
    assert(ticket - turns->turn < TURNS_AHEAD); /* no two tickets share an entry of left[] */
    assert(!turns->left[ticket % TURNS_AHEAD]);
    turns->left[ticket % TURNS_AHEAD] = true;
    settle_left(turns);
    bool on = !turns->over;
    znn_mutex_unlock(&turns->lock);
    return on;
}

void znn_turns_pass(struct turns *turns)
{
    znn_mutex_lock(&turns->lock);
    pass(turns);
    settle_left(turns);
    znn_mutex_unlock(&turns->lock);
}

void znn_turns_end(struct turns *turns, uint64_t ticket, enum znn_status status, const struct znn_error *failure)
{
    if (!znn_turns_wait(turns, ticket))
        return;
    znn_mutex_lock(&turns->lock);
    end(turns, status, failure);
    znn_mutex_unlock(&turns->lock);
}

void znn_turns_break(struct turns *turns, enum znn_status status, const struct znn_error *failure)
{
    znn_mutex_lock(&turns->lock);
    end(turns, status, failure);
    znn_mutex_unlock(&turns->lock);
}

void znn_turns_fail(struct turns *turns, enum znn_status status, const struct znn_error *failure)
{
    uint64_t ticket;
    if (!znn_turns_draw(turns, &ticket))
        return;
    znn_turns_drawn(turns);
    znn_turns_end(turns, ticket, status, failure);
}

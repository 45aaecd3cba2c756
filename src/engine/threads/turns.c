/*
 * turns.c - many workers, one order
 */
#include "engine/threads/turns.h"

#include <stdlib.h>
#include <unistd.h>

/* More threads than this help nobody; each costs memory. */
#define THREADS_MAX 1024

unsigned znn_threads(unsigned wanted)
{
    if (wanted == 0) {
        long online = sysconf(_SC_NPROCESSORS_ONLN);
        wanted = online > 0 ? (unsigned)online : 1;
    }
    return wanted < THREADS_MAX ? wanted : THREADS_MAX;
}

enum znn_status znn_turns_open(struct turns *turns, unsigned threads, bool files, struct znn_error *error)
{
    unsigned all = files ? threads + 1 : threads;
    *turns = (struct turns){.threads = all, .places = all, .idle = threads};
    turns->passed = malloc(turns->threads * sizeof *turns->passed);
    if (!turns->passed)
        return znn_fail_memory(error, turns->threads * sizeof *turns->passed);
    pthread_cond_init(&turns->gate, NULL);
    pthread_mutex_init(&turns->draw_lock, NULL);
    pthread_mutex_init(&turns->lock, NULL);
    for (unsigned i = 0; i < turns->threads; i++)
        pthread_cond_init(&turns->passed[i], NULL);
    return ZNN_OK;
}

void znn_turns_close(struct turns *turns)
{
    if (!turns->passed)
        return;
    for (unsigned i = 0; i < turns->places; i++)
        pthread_cond_destroy(&turns->passed[i]);
    pthread_cond_destroy(&turns->gate);
    pthread_mutex_destroy(&turns->lock);
    pthread_mutex_destroy(&turns->draw_lock);
    free(turns->passed);
}

void znn_turns_settle_by(struct turns *turns, turns_settle *settle, void *context)
{
    turns->settle = settle;
    turns->context = context;
}

struct job {
    void (*work)(void *context);
    void *context;
};

static void *run_job(void *argument)
{
    struct job *job = argument;
    job->work(job->context);
    return NULL;
}

enum znn_status znn_turns_run(struct turns *turns, void (*work)(void *context), void *context, struct znn_error *error)
{
    struct job job = {work, context};
    pthread_t *threads = malloc(turns->threads * sizeof *threads);
    unsigned started = 0;
    if (threads)
        while (started + 1 < turns->threads && pthread_create(&threads[started], NULL, run_job, &job) == 0)
            started++;
    work(context);
    for (unsigned i = 0; i < started; i++)
        pthread_join(threads[i], NULL);
    free(threads);
    if (turns->status && error)
        *error = turns->error;
    return turns->status;
}

bool znn_turns_draw(struct turns *turns, uint64_t *ticket)
{
    pthread_mutex_lock(&turns->draw_lock);
    pthread_mutex_lock(&turns->lock);
    bool over = turns->over || turns->dry;
    pthread_mutex_unlock(&turns->lock);
    if (over) {
        pthread_mutex_unlock(&turns->draw_lock);
        return false;
    }
    *ticket = turns->next++;
    return true;
}

void znn_turns_drawn(struct turns *turns)
{
    pthread_mutex_unlock(&turns->draw_lock);
}

void znn_turns_dry(struct turns *turns)
{
    turns->dry = true;
}

void znn_turns_enter(struct turns *turns)
{
    pthread_mutex_lock(&turns->lock);
    while (turns->idle == 0)
        pthread_cond_wait(&turns->gate, &turns->lock);
    turns->idle--;
    pthread_mutex_unlock(&turns->lock);
}

void znn_turns_leave(struct turns *turns)
{
    pthread_mutex_lock(&turns->lock);
    turns->idle++;
    pthread_cond_signal(&turns->gate);
    pthread_mutex_unlock(&turns->lock);
}

bool znn_turns_wait(struct turns *turns, uint64_t ticket)
{
    pthread_mutex_lock(&turns->lock);
    while (!turns->over && turns->turn != ticket)
        pthread_cond_wait(&turns->passed[ticket % turns->threads], &turns->lock);
    bool mine = !turns->over;
    pthread_mutex_unlock(&turns->lock);
    return mine;
}

/* Lets the next ticket have its turn, while holding the lock. */
static void pass(struct turns *turns)
{
    turns->turn++;
    pthread_cond_broadcast(&turns->passed[turns->turn % turns->threads]);
}

/* Ends all turns, while holding the lock. */
static void end(struct turns *turns, enum znn_status status, const struct znn_error *failure)
{
    turns->over = true;
    if (status && !turns->status) {
        turns->status = status;
        turns->error = *failure;
    }
    for (unsigned i = 0; i < turns->threads; i++)
        pthread_cond_broadcast(&turns->passed[i]);
}

bool znn_turns_may_leave(struct turns *turns, uint64_t ticket)
{
    pthread_mutex_lock(&turns->lock);
    bool may = ticket - turns->turn < TURNS_AHEAD;
    pthread_mutex_unlock(&turns->lock);
    return may;
}

/* Does what tickets have left whose turn it is by now, while holding the lock, but for that. */
static void settle_left(struct turns *turns)
{
    struct znn_error error;
    while (!turns->over && !turns->settling && turns->left[turns->turn % TURNS_AHEAD]) {
        uint64_t ticket = turns->turn;
        turns->left[ticket % TURNS_AHEAD] = false;
        turns->settling = true;
        pthread_mutex_unlock(&turns->lock);
        enum znn_status status = turns->settle(turns->context, ticket, &error);
        pthread_mutex_lock(&turns->lock);
        turns->settling = false;
        if (status)
            end(turns, status, &error);
        else
            pass(turns);
    }
}

bool znn_turns_leave_to_others(struct turns *turns, uint64_t ticket)
{
    pthread_mutex_lock(&turns->lock);
    turns->left[ticket % TURNS_AHEAD] = true;
    settle_left(turns);
    bool on = !turns->over;
    pthread_mutex_unlock(&turns->lock);
    return on;
}

void znn_turns_pass(struct turns *turns)
{
    pthread_mutex_lock(&turns->lock);
    pass(turns);
    settle_left(turns);
    pthread_mutex_unlock(&turns->lock);
}

void znn_turns_end(struct turns *turns, uint64_t ticket, enum znn_status status, const struct znn_error *failure)
{
    if (!znn_turns_wait(turns, ticket))
        return;
    pthread_mutex_lock(&turns->lock);
    end(turns, status, failure);
    pthread_mutex_unlock(&turns->lock);
}

void znn_turns_break(struct turns *turns, enum znn_status status, const struct znn_error *failure)
{
    pthread_mutex_lock(&turns->lock);
    end(turns, status, failure);
    pthread_mutex_unlock(&turns->lock);
}

void znn_turns_fail(struct turns *turns, enum znn_status status, const struct znn_error *failure)
{
    uint64_t ticket;
    if (!znn_turns_draw(turns, &ticket))
        return;
    znn_turns_drawn(turns);
    znn_turns_end(turns, ticket, status, failure);
}

/*
 * turns.c - many workers, one order
 */
#include "engine/turns.h"

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

void znn_turns_pass(struct turns *turns)
{
    pthread_mutex_lock(&turns->lock);
    turns->turn++;
    pthread_cond_signal(&turns->passed[turns->turn % turns->threads]);
    pthread_mutex_unlock(&turns->lock);
}

void znn_turns_end(struct turns *turns, uint64_t ticket, enum znn_status status, const struct znn_error *failure)
{
    if (!znn_turns_wait(turns, ticket))
        return;
    pthread_mutex_lock(&turns->lock);
    turns->over = true;
    turns->status = status;
    if (status)
        turns->error = *failure;
    for (unsigned i = 0; i < turns->threads; i++)
        pthread_cond_signal(&turns->passed[i]);
    pthread_mutex_unlock(&turns->lock);
}

void znn_turns_break(struct turns *turns, enum znn_status status, const struct znn_error *failure)
{
    pthread_mutex_lock(&turns->lock);
    turns->over = true;
    if (!turns->status) {
        turns->status = status;
        turns->error = *failure;
    }
    for (unsigned i = 0; i < turns->threads; i++)
        pthread_cond_signal(&turns->passed[i]);
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

/*
 * thread.c - threads and monitors, with pthreads
 */
#include "cli/system/thread.h"

#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

struct parts {
    pthread_mutex_t lock;
    pthread_cond_t change;
};

bool znn_monitor_open(struct monitor *monitor)
{
    struct parts *parts = malloc(sizeof *parts);
    monitor->system = parts;
    if (!parts)
        return false;
    pthread_mutex_init(&parts->lock, NULL); /* with these attributes, neither fails on Linux */
    pthread_cond_init(&parts->change, NULL);
    return true;
}

void znn_monitor_close(struct monitor *monitor)
{
    struct parts *parts = monitor->system;
    pthread_cond_destroy(&parts->change);
    pthread_mutex_destroy(&parts->lock);
    free(parts);
}

void znn_monitor_enter(struct monitor *monitor)
{
    struct parts *parts = monitor->system;
    pthread_mutex_lock(&parts->lock);
}

void znn_monitor_leave(struct monitor *monitor)
{
    struct parts *parts = monitor->system;
    pthread_mutex_unlock(&parts->lock);
}

void znn_monitor_wait(struct monitor *monitor)
{
    struct parts *parts = monitor->system;
    pthread_cond_wait(&parts->change, &parts->lock);
}

void znn_monitor_wake(struct monitor *monitor)
{
    struct parts *parts = monitor->system;
    pthread_cond_broadcast(&parts->change);
}

struct start {
    pthread_t id;
    void (*run)(void *context);
    void *context;
};

static void *run(void *argument)
{
    const struct start *start = argument;
    start->run(start->context);
    return NULL;
}

bool znn_cli_thread_start(struct thread *thread, void (*function)(void *context), void *context)
{
    struct start *start = malloc(sizeof *start);
    if (!start)
        return false;
    start->run = function;
    start->context = context;
    thread->system = start;
    if (pthread_create(&start->id, NULL, run, start) == 0)
        return true;
    free(start);
    return false;
}

void znn_cli_thread_join(struct thread *thread)
{
    struct start *start = thread->system;
    pthread_join(start->id, NULL);
    free(start);
}

unsigned znn_cli_thread_processors(void)
{
    long count = sysconf(_SC_NPROCESSORS_ONLN);
    return count > 0 ? (unsigned)count : 1;
}

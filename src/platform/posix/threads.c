/*
 * threads.c - POSIX threads
 *
 * The calls fail only if they are used wrongly, so their results are not checked.
 */
#include "platform/threads.h"

#include <unistd.h>

void znn_mutex_open(struct mutex *mutex)
{
    pthread_mutex_init(&mutex->system, NULL);
}

void znn_mutex_close(struct mutex *mutex)
{
    pthread_mutex_destroy(&mutex->system);
}

void znn_mutex_lock(struct mutex *mutex)
{
    pthread_mutex_lock(&mutex->system);
}

void znn_mutex_unlock(struct mutex *mutex)
{
    pthread_mutex_unlock(&mutex->system);
}

void znn_condition_open(struct condition *condition)
{
    pthread_cond_init(&condition->system, NULL);
}

void znn_condition_close(struct condition *condition)
{
    pthread_cond_destroy(&condition->system);
}

void znn_condition_wait(struct condition *condition, struct mutex *mutex)
{
    pthread_cond_wait(&condition->system, &mutex->system);
}

void znn_condition_signal(struct condition *condition)
{
    pthread_cond_signal(&condition->system);
}

void znn_condition_broadcast(struct condition *condition)
{
    pthread_cond_broadcast(&condition->system);
}

static void *run_thread(void *argument)
{
    struct thread *thread = argument;
    thread->run(thread->context);
    return NULL;
}

bool znn_thread_start(struct thread *thread, void (*run)(void *context), void *context)
{
    thread->run = run;
    thread->context = context;
    return pthread_create(&thread->system, NULL, run_thread, thread) == 0;
}

void znn_thread_join(struct thread *thread)
{
    pthread_join(thread->system, NULL);
}

unsigned znn_processors(void)
{
    long online = sysconf(_SC_NPROCESSORS_ONLN);
    return online > 0 ? (unsigned)online : 1;
}

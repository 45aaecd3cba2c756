/*
 * threads.h - threads, locks and conditions as POSIX has them
 */
#ifndef ZNN_PLATFORM_POSIX_THREADS_H
#define ZNN_PLATFORM_POSIX_THREADS_H

#include <pthread.h>

struct mutex {
    pthread_mutex_t system;
};

struct condition {
    pthread_cond_t system;
};

struct thread {
    pthread_t system;
    void (*run)(void *context);
    void *context;
};

#endif

/*
 * threads.h - threads, locks and conditions
 *
 * The usual primitives, with the usual meaning: a mutex is not recursive, and a wait on a condition may end without a
 * signal.  Opening a mutex or a condition takes no memory and cannot fail.  The folder of the system defines struct
 * mutex, struct condition and struct thread.
 */
#ifndef ZNN_PLATFORM_THREADS_H
#define ZNN_PLATFORM_THREADS_H

#include "platform/posix/threads.h"

#include <stdbool.h>

void znn_mutex_open(struct mutex *mutex);
void znn_mutex_close(struct mutex *mutex);
void znn_mutex_lock(struct mutex *mutex);
void znn_mutex_unlock(struct mutex *mutex);

void znn_condition_open(struct condition *condition);
void znn_condition_close(struct condition *condition);

/*
 * Releases the mutex, which the caller holds, waits for a signal, and takes the mutex again.
 */
void znn_condition_wait(struct condition *condition, struct mutex *mutex);

/*
 * Wakes one of the waiting threads, or all of them.
 */
void znn_condition_signal(struct condition *condition);
void znn_condition_broadcast(struct condition *condition);

/*
 * Starts a thread that calls run(context).  Returns false if the system refuses.  The thread uses `thread`, so do not
 * move it before znn_thread_join() returns.
 */
bool znn_thread_start(struct thread *thread, void (*run)(void *context), void *context);

/*
 * Waits until a thread that was started ends.
 */
void znn_thread_join(struct thread *thread);

/*
 * The number of processors that are online, at least 1.
 */
unsigned znn_processors(void);

#endif

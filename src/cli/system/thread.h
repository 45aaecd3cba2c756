/*
 * thread.h - threads, and monitors that guard what they share
 *
 * The program itself needs threads only for a mount, which serves several readers at once.  A monitor is a lock with a
 * place to wait: a thread enters, looks, waits until another thread has changed something, and leaves.
 */
#ifndef ZNN_CLI_SYSTEM_THREAD_H
#define ZNN_CLI_SYSTEM_THREAD_H

#include <stdbool.h>

struct monitor {
    void *system; /* the system's own state */
};

/*
 * Makes a monitor.  Returns false if memory ran out; then the monitor is not to be closed.
 */
bool znn_monitor_open(struct monitor *monitor);

void znn_monitor_close(struct monitor *monitor);

void znn_monitor_enter(struct monitor *monitor);
void znn_monitor_leave(struct monitor *monitor);

/*
 * Leaves the monitor, waits until another thread calls znn_monitor_wake(), and enters again.  It may also return
 * without such a call, so look again afterwards.
 */
void znn_monitor_wait(struct monitor *monitor);

/*
 * Wakes all threads that wait.
 */
void znn_monitor_wake(struct monitor *monitor);

struct thread {
    void *system;
};

/*
 * Starts `run(context)` in a new thread.  Returns false if the system refuses.
 */
bool znn_cli_thread_start(struct thread *thread, void (*run)(void *context), void *context);

/*
 * Waits for the end of the thread.
 */
void znn_cli_thread_join(struct thread *thread);

/*
 * Returns the number of available processors, at least 1.
 */
unsigned znn_cli_thread_processors(void);

#endif

/*
 * clock.h - measures time, and waits
 */
#ifndef ZNN_CLI_SYSTEM_CLOCK_H
#define ZNN_CLI_SYSTEM_CLOCK_H

#include "cli/system/file_status.h"

#include <stdint.h>

/*
 * Returns the nanoseconds since some moment in the past.  This clock is never set back.
 */
uint64_t znn_clock_now(void);

/*
 * Returns how many milliseconds ago a time of a file was.  The result is negative if it is in the future.
 */
int64_t znn_clock_age(const struct file_time *time);

/*
 * Waits for some milliseconds, less than 1000, or less long if a signal arrives.
 */
void znn_clock_wait(unsigned milliseconds);

#endif

/*
 * clock.c - measures time with clock_gettime()
 */
#include "cli/system/clock.h"

#include <time.h>

uint64_t znn_clock_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * UINT64_C(1000000000) + (uint64_t)now.tv_nsec;
}

int64_t znn_clock_age(const struct file_time *time)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (now.tv_sec - time->seconds) * 1000 + (now.tv_nsec - time->nanoseconds) / 1000000;
}

void znn_clock_wait(unsigned milliseconds)
{
    const struct timespec pause = {.tv_nsec = (long)milliseconds * 1000000};
    nanosleep(&pause, NULL);
}

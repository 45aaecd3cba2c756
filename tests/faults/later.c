/*
 * later.c - a program that believes that two hours have passed
 *
 * Loaded before the C library (LD_PRELOAD), for files that are to be old: the time of the last change of a file's
 * status cannot be set.
 */
#define _GNU_SOURCE /* RTLD_NEXT */
#include <dlfcn.h>
#include <stdint.h>
#include <time.h>

time_t time(time_t *result)
{
    time_t (*real)(time_t *) = (time_t(*)(time_t *))(uintptr_t)dlsym(RTLD_NEXT, "time");
    time_t now = real(NULL) + 7200;
    if (result)
        *result = now;
    return now;
}

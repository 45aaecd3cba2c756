/*
 * later.c - makes a program believe that two hours have passed
 *
 * This library is loaded before the C library (LD_PRELOAD).  It makes files look old, because a program cannot set the
 * time of the last change of a file's status.
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

/*
 * measure.c - measures speed in comparison with memcpy
 */
#include "measure.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

void *(*volatile copy_memory)(void *to, const void *from, size_t size) = memcpy;

static clockid_t clock_used = CLOCK_MONOTONIC;

void measure_processors(void)
{
    clock_used = CLOCK_PROCESS_CPUTIME_ID;
}

static double now(void)
{
    struct timespec time;
    clock_gettime(clock_used, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

void contest_add(struct contest *contest, const char *name, bool (*run)(void *context))
{
    struct contestant *contestant = &contest->contestants[contest->count++];
    contestant->name = name;
    contestant->run = run;
}

bool contest_run(struct contest *contest)
{
    /* One more round, the first, warms everything up and does not count. */
    for (unsigned round = 0; round <= contest->rounds; round++) {
        for (unsigned i = 0; i < contest->count; i++) {
            struct contestant *contestant = &contest->contestants[i];
            double start = now();
            if (!contestant->run(contest->context)) {
                fprintf(stderr, "bench: %s, %s: failed\n", contest->title, contestant->name);
                return false;
            }
            if (round > 0)
                contestant->seconds[round - 1] = now() - start;
        }
    }
    for (unsigned i = 0; i < contest->count; i++)
        qsort(contest->contestants[i].seconds, contest->rounds, sizeof(double), by_value);
    return true;
}

static double median(const struct contest *contest, unsigned i)
{
    return contest->contestants[i].seconds[contest->rounds / 2];
}

static void print_json(const struct contest *contest)
{
    for (unsigned i = 0; i < contest->count; i++) {
        const struct contestant *contestant = &contest->contestants[i];
        double seconds = median(contest, i);
        printf("{\"contest\":\"%s\",\"name\":\"%s\",\"bytes\":%zu,\"rounds\":%u,\"seconds\":%.9f,\"gb_per_s\":%.4f,"
               "\"of_%s\":%.4f",
               contest->title, contestant->name, contest->bytes, contest->rounds, seconds,
               (double)contest->bytes / seconds / 1e9, contest->contestants[0].name, median(contest, 0) / seconds);
        if (contestant->size > 0)
            printf(",\"size\":%zu", contestant->size);
        printf("}\n");
    }
}

void contest_print(struct contest *contest, bool json)
{
    if (json) {
        print_json(contest);
        return;
    }
    printf("\n%s, %zu bytes, medians of %u\n", contest->title, contest->bytes, contest->rounds);
    printf("%-34s %8s %12s %9s\n", "", "GB/s", "of memcpy", "left");
    for (unsigned i = 0; i < contest->count; i++) {
        const struct contestant *contestant = &contest->contestants[i];
        double seconds = median(contest, i);
        printf("%-34s %8.2f %12.3f", contestant->name, (double)contest->bytes / seconds / 1e9,
               median(contest, 0) / seconds);
        if (contestant->size > 0)
            printf(" %7.2f %%", 100.0 * (double)contestant->size / (double)contest->bytes);
        printf("\n");
    }
    fflush(stdout);
}

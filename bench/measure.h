/*
 * measure.h - measures speed in comparison with memcpy
 *
 * The speed of a machine changes from minute to minute, and that of a shared one from second to second.  So the
 * contestants, including memcpy of the same bytes, run many times in turns, and medians are compared: a busy moment
 * affects all of them equally.  Only the ratios within one contest are meaningful, not the speeds.
 */
#ifndef ZNN_BENCH_MEASURE_H
#define ZNN_BENCH_MEASURE_H

#include <stdbool.h>
#include <stddef.h>

#define CONTESTANTS_MAX 12
#define ROUNDS_MAX 999

struct contestant {
    const char *name;
    bool (*run)(void *context); /* false: it failed */
    size_t size;                /* that it came to, or 0: to be shown as a share of the bytes */
    double seconds[ROUNDS_MAX];
};

/*
 * Zeroed, it is empty.  The first contestant is the one that all are compared with.
 */
struct contest {
    const char *title;
    size_t bytes; /* that each works on */
    unsigned rounds;
    void *context;
    unsigned count;
    struct contestant contestants[CONTESTANTS_MAX];
};

/*
 * From now on, counts the seconds of all processors that worked for this process, in place of those on the clock: for
 * one thread the same, where nobody else works on the machine.
 */
void measure_processors(void);

/*
 * Adds a contestant.
 */
void contest_add(struct contest *contest, const char *name, bool (*run)(void *context));

/*
 * Lets all run in turns.  False where one failed; that is reported.
 */
bool contest_run(struct contest *contest);

/*
 * Prints the outcome: as a table, or as JSON, one object for each contestant.
 */
void contest_print(struct contest *contest, bool json);

/* memcpy that no compiler leaves out. */
extern void *(*volatile copy_memory)(void *to, const void *from, size_t size);

#endif

/*
 * overall.h - how far a command with several files has come
 */
#ifndef ZNN_CLI_SHOW_OVERALL_H
#define ZNN_CLI_SHOW_OVERALL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

/*
 * All zero: there is one file only.
 */
struct overall {
    size_t number;   /* of the current file, from 1 on */
    size_t count;    /* of all files */
    uint64_t done;   /* bytes of the inputs before the current one */
    uint64_t total;  /* bytes of all inputs */
    uint64_t size;   /* of the current one */
    uint64_t spent;  /* nanoseconds on the inputs before the current one */
    bool is_unknown; /* the total, as some are streams */
};

/*
 * Adds an input that is to be done.
 */
void znn_overall_expect(struct overall *overall, const struct stat *status);

/*
 * Goes on to the next input, which was opened.
 */
void znn_overall_next(struct overall *overall, const struct stat *status);

/*
 * The nanoseconds that are left when `read` bytes of the current input were read, after `nanoseconds` for it.  Returns
 * false if nobody can tell.
 */
bool znn_overall_left(const struct overall *overall, uint64_t read, uint64_t nanoseconds, uint64_t *left);

#endif

/*
 * overall.h - tracks the progress of a command with several files
 */
#ifndef ZNN_CLI_SHOW_OVERALL_H
#define ZNN_CLI_SHOW_OVERALL_H

#include "cli/system/file_status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * All zero means that there is only one file.
 */
struct overall {
    size_t number;   /* of the current file, from 1 on */
    size_t count;    /* of all files */
    uint64_t done;   /* bytes of the inputs before the current one */
    uint64_t total;  /* bytes of all inputs */
    uint64_t size;   /* of the current one */
    uint64_t spent;  /* nanoseconds on the inputs before the current one */
    bool is_unknown; /* the total is unknown, because some inputs are streams */
};

/*
 * Adds an expected input.
 */
void znn_overall_expect(struct overall *overall, const struct file_status *status);

/*
 * Moves on to the next input, which has been opened.
 */
void znn_overall_next(struct overall *overall, const struct file_status *status);

/*
 * Estimates the remaining nanoseconds after `read` bytes of the current input, which took `nanoseconds`.  Returns false
 * if this is unknown.
 */
bool znn_overall_left(const struct overall *overall, uint64_t read, uint64_t nanoseconds, uint64_t *left);

#endif

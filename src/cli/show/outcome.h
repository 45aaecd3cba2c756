/*
 * outcome.h - reports the result for a file that was compressed or decompressed
 *
 *     -v            model.safetensors -> model.znn: 6651080 -> 4406476 bytes, 66.25 %, safetensors, 53 tensors
 *     a terminal    model.safetensors: 6.34 MiB -> 4.20 MiB, 66.3 %, 0.04 s, 162 MiB/s
 *     --json        an object in a list on standard output, independent of standard error
 *
 * Lines with -v are also for scripts and the same in every run.  On a terminal, time and rate are added to them.
 */
#ifndef ZNN_CLI_SHOW_OUTCOME_H
#define ZNN_CLI_SHOW_OUTCOME_H

#include "cli/flags/operands.h"
#include "cli/say/json_writer.h"
#include "znn.h"

struct outcome {
    const char *input;  /* the name in messages */
    const char *path;   /* as the user named it */
    const char *output; /* the name in messages */
    const char *base;   /* the path of the base, or NULL */
    enum direction direction;
    struct znn_report report;
    uint64_t nanoseconds;
    bool to_stdout;
};

/*
 * Prints the line, if one is wanted.
 */
void znn_outcome_say(const struct outcome *outcome);

/*
 * Writes the object of a file that succeeded; cli/show/failure.h writes that of a file that failed.
 */
void znn_outcome_write(const struct outcome *outcome, struct json *json);

/*
 * The result for a file that was not compressed or decompressed again: its output is up to date, or a symbolic link
 * with the text `link`, or a hard link to the output `twin`.
 */
struct other_outcome {
    const char *input;
    const char *output;
    bool is_up_to_date;
    const char *link;
    const char *twin;
};

/*
 * Prints the line for -v, and writes the object for --json (NULL: without).
 */
void znn_outcome_tell_other(const struct other_outcome *outcome, struct json *json);

#endif

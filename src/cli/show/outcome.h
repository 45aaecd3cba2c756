/*
 * outcome.h - what became of a file that was compressed or decompressed
 *
 *     -v            model.safetensors -> model.znn: 6651080 -> 4406476 bytes, 66.25 %, safetensors, 53 tensors
 *     a terminal    model.safetensors: 6.34 MiB -> 4.20 MiB, 66.3 %, 0.04 s, 162 MiB/s
 *     --json        an object in a list on standard output, whatever else is printed on standard error
 *
 * Lines with -v are for scripts as well and the same in every run; on a terminal, time and rate follow in them.
 */
#ifndef ZNN_CLI_SHOW_OUTCOME_H
#define ZNN_CLI_SHOW_OUTCOME_H

#include "cli/flags/operands.h"
#include "cli/say/json_writer.h"
#include "znn.h"

struct outcome {
    const char *input;  /* as messages call it */
    const char *path;   /* as the user named it */
    const char *output; /* as messages call it */
    enum direction direction;
    struct znn_report report;
    uint64_t nanoseconds;
    bool to_stdout;
};

/*
 * Prints the line, if there is to be one.
 */
void znn_outcome_say(const struct outcome *outcome);

/*
 * Writes the object of a file with which all went well; cli/show/failure.h has that of one that failed.
 */
void znn_outcome_write(const struct outcome *outcome, struct json *json);

/*
 * What became of a file that was not coded anew: its output was up to date, or became a symbolic link with the text
 * `link`, or a hard link of the output `twin`.
 */
struct other_outcome {
    const char *input;
    const char *output;
    bool is_up_to_date;
    const char *link;
    const char *twin;
};

/*
 * Prints the line for -v, and with --json (NULL: without) the object.
 */
void znn_outcome_tell_other(const struct other_outcome *outcome, struct json *json);

#endif

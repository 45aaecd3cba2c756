/*
 * rebased.h - reports the result of znn rebase for a file
 *
 *     -v            c.znn: base.bin -> new.bin: 4406476 -> 1203311 bytes, 18.09 %, safetensors, 53 tensors, 50 of a
 * base a terminal    c.znn: 4.20 MiB -> 1.15 MiB, 18.1 %, base new.bin, 0.11 s, 57.6 MiB/s
 *     --json        an object in a list on standard output
 */
#ifndef ZNN_CLI_SHOW_REBASED_H
#define ZNN_CLI_SHOW_REBASED_H

#include "cli/say/json_writer.h"
#include "znn.h"

struct rebased {
    const char *input;    /* the .znn file, as the user named it */
    const char *output;   /* the file that was or would be written */
    const char *old_base; /* names; "" for none */
    const char *new_base;
    struct znn_report before, after;
    uint64_t nanoseconds;
};

/*
 * Prints the line, if one is wanted.
 */
void znn_rebased_say(const struct rebased *rebased);

/*
 * Writes the object.
 */
void znn_rebased_write(const struct rebased *rebased, struct json *json);

/*
 * With -n: prints or writes what would be done.  `after` is not used.
 */
void znn_rebased_say_plan(const struct rebased *rebased);
void znn_rebased_write_plan(const struct rebased *rebased, struct json *json);

#endif

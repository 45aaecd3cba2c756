/*
 * output_names.h - the names of all .znn files of one command, without collisions
 *
 * a.safetensors and a.bin in one directory would both become a.znn.  In this case both get .znn appended to the whole
 * name, a.safetensors.znn and a.bin.znn, and no extension is stored.  The new name may collide with another one
 * (a.bin.npy would become a.bin.znn, too), so the check is repeated until nothing changes.
 */
#ifndef ZNN_CLI_FLAGS_OUTPUT_NAMES_H
#define ZNN_CLI_FLAGS_OUTPUT_NAMES_H

#include "cli/system/file_status.h"

#include <stdbool.h>
#include <stddef.h>

struct output_name {
    const char *input;
    char *target;          /* the path of the input if it were next to its output; without -o DIR, its own path */
    char *output;          /* NULL if the input has no output: "-", or it is skipped */
    const char *extension; /* to store, or NULL for none; static */
    struct file_id folder; /* identifies the directory, however its path is written */
};

struct output_names {
    struct output_name *files;
    size_t count;
};

/*
 * Names an output for each input, beside it, or in the directory `into` where that is not NULL.  With `skip_znn`,
 * inputs that are called .znn get none.  Returns false when memory runs out.  Whatever it returns, the names are to be
 * freed.
 */
bool znn_output_names_make(struct output_names *names, const char *into, char *const *inputs, size_t count,
                           bool skip_znn);

void znn_output_names_free(struct output_names *names);

#endif

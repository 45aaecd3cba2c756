/*
 * spared.h - a set of files that an output must not replace
 *
 * With -f, an output replaces a file with its name.  If that file is an input still to be read, or a base of an input
 * or of the output, a model would be lost.  Names are not enough to tell, because links give one file many names.  So
 * files are compared by their identities.
 */
#ifndef ZNN_CLI_OUTPUT_SPARED_H
#define ZNN_CLI_OUTPUT_SPARED_H

#include "cli/system/file_status.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * A set of files, as a hash table.  A zeroed struct is empty.
 */
struct spared {
    struct file_id *slots; /* free slots have the number 0 */
    size_t count;
    size_t capacity; /* a power of two, at least twice the count */
};

/*
 * Makes space for one more file.  Returns false if memory ran out.
 */
bool znn_spared_reserve(struct spared *spared);

/*
 * Adds the file with this status.  Returns false if memory ran out, which cannot happen after znn_spared_reserve().
 */
bool znn_spared_add(struct spared *spared, const struct file_status *status);

/*
 * Adds the file that `path` leads to, if it exists.
 */
bool znn_spared_add_path(struct spared *spared, const char *path);

bool znn_spared_has(const struct spared *spared, const struct file_status *status);

void znn_spared_free(struct spared *spared);

#endif

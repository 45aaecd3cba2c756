/*
 * temporary_name.h - names for files that get their final name later
 *
 *     models/x.znn   ->   models/.x.znn.znn-tmp-XXXXXX     six letters or digits for each X
 */
#ifndef ZNN_CLI_SYSTEM_TEMPORARY_NAME_H
#define ZNN_CLI_SYSTEM_TEMPORARY_NAME_H

#include <stdbool.h>
#include <stddef.h>

/* The number of X at the end of a template. */
enum { TEMPORARY_RANDOM = 6 };

/*
 * Returns a temporary name for the file `path` that ends in XXXXXX.  The caller frees it.  Returns NULL if memory ran
 * out.
 */
char *znn_temporary_template(const char *path);

/*
 * Returns true if `name`, a name without directory, is that of a temporary file.
 */
bool znn_temporary_is_name(const char *name);

#endif

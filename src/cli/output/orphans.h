/*
 * orphans.h - would the removal of a source leave a .znn file without its base?
 *
 *     m/base.znn  m/child.znn (needs base.znn)      znn decompress --rm m/base.znn -o elsewhere/
 *
 * Afterwards m/child.znn would not find its base, so m/base.znn stays.  Without -o, the original beside it is found in
 * its place, and m/base.znn is removed.
 *
 * The .znn files in the directory of the source are examined.  Their headers are read once in each run, when the first
 * source of the directory is to be removed, so thousands of sources cost as much as one.
 */
#ifndef ZNN_CLI_OUTPUT_ORPHANS_H
#define ZNN_CLI_OUTPUT_ORPHANS_H

#include "cli/input/input_file.h"

#include <stdbool.h>
#include <stddef.h>

struct folder;

/*
 * A .znn file that has a base, and the base's name without its extensions.
 */
struct child {
    char *path;
    char *stem;
};

/*
 * The directories examined until now.  A struct with only `base_dir` set has none.
 */
struct orphans {
    const char *base_dir; /* --base-dir, or NULL */
    struct folder *folders;
    size_t count;
};

/*
 * Returns the path of a .znn file that needs `source` and would not find `output` in its place, or NULL if there is
 * none.  The path is valid until znn_orphans_free().  Returns `source` if memory ran out.
 */
const char *znn_orphans_find(struct orphans *orphans, const char *source, const char *output);

/*
 * Returns the .znn files in the directory of `path` that store a name by which a file called `path`, or what it is
 * decompressed or compressed to, may be found.  Sets *count to their number, which is 0 if memory ran out.  They are
 * valid until znn_orphans_free(), but the files may be gone.
 */
const struct child *znn_orphans_children(struct orphans *orphans, const char *path, size_t *count);

/*
 * Opens a file without messages.  Returns false if this fails.
 */
bool znn_orphans_open(const char *path, struct input_file *file);

/*
 * Reports that `source` stays because the file `child` needs it.  Returns false.
 */
bool znn_orphans_say(const char *source, const char *child);

void znn_orphans_free(struct orphans *orphans);

#endif

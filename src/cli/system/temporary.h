/*
 * temporary.h - a file that is written before it gets its name
 *
 * Linux can make a file without a name and give it a name later:
 *
 *     open(directory, O_TMPFILE)   write   link it to model.znn
 *
 * If the program is killed before the last step, even by SIGKILL, no file is left.  But a link cannot replace a file,
 * and not every system has this feature.  Otherwise the file gets a temporary name next to the final one,
 *
 *     .model.znn.znn-tmp-x3Tq9a
 *
 * and is removed if a signal arrives.  After SIGKILL or a crash it stays.  So every walk through a directory ignores
 * such names, and a later run that writes to the directory removes them: regular files of the same user that no znn has
 * locked and that have not changed for an hour.
 *
 * A temporary file is locked from its creation until it is closed (lock.h).
 */
#ifndef ZNN_CLI_SYSTEM_TEMPORARY_H
#define ZNN_CLI_SYSTEM_TEMPORARY_H

#include "cli/system/file_status.h"

#include <stdbool.h>

struct temporary {
    int fd;     /* for reading and writing */
    char *path; /* NULL if it has no name */
};

/*
 * Makes a temporary file for the file `path`.  `is_new` promises that only znn_temporary_link() will name it.  Returns
 * false with errno set if this fails.
 */
bool znn_temporary_create(struct temporary *temporary, const char *path, bool is_new);

/*
 * Gives the file the name `path`, which must be free.  Returns false with errno set if this fails; EEXIST means that
 * the name is taken.  The file stays open.
 */
bool znn_temporary_link(struct temporary *temporary, const char *path);

/*
 * Like znn_temporary_link(), but replaces a file with that name.  Only for a temporary file that has a path.
 */
bool znn_temporary_rename(struct temporary *temporary, const char *path);

/*
 * Removes a file that was not given a name, and frees the path.  The file stays open.
 */
void znn_temporary_remove(struct temporary *temporary);

/*
 * Returns the directory in which the user wants temporary files that do not become outputs.
 */
const char *znn_temporary_directory(void);

/*
 * Makes a nameless file in `directory`, for reading and writing.  Returns its descriptor, or -1 with errno set.
 */
int znn_temporary_unnamed(const char *directory);

/*
 * Returns a temporary name for a link that will be called `path`, a different one each time.  The caller frees it.
 * Returns NULL if memory ran out.
 */
char *znn_temporary_name(const char *path);

/*
 * The last directory that was swept, so that a directory is not swept again for each output.
 */
struct swept {
    struct file_id id;
    bool is_known;
};

/*
 * Removes files that killed processes left in the directory of `path`.
 */
void znn_temporary_sweep(const char *path, struct swept *swept);

#endif

/*
 * temporary.h - a file that is being written, before it has its name
 *
 * Linux can make a file without any name and give it one later:
 *
 *     open(directory, O_TMPFILE)   write   link it to model.znn
 *
 * If the program is killed before the last step, even by SIGKILL, nothing is left.  But a link cannot replace a file,
 * and not every system has this.  Otherwise the file has a temporary name beside the final one,
 *
 *     .model.znn.znn-tmp-x3Tq9a
 *
 * which the signals' guard removes.  After SIGKILL or a crash it stays.  So every walk through a directory leaves such
 * names out, and a later run that writes to the directory removes them: regular files of the same user, that no znn has
 * locked, and that nobody has touched for an hour.
 *
 * A temporary file is locked from its creation until it is closed, see lock.h.
 */
#ifndef ZNN_CLI_INPUT_TEMPORARY_H
#define ZNN_CLI_INPUT_TEMPORARY_H

#include <stdbool.h>
#include <sys/stat.h>

struct temporary {
    int fd;     /* for reading and writing */
    char *path; /* NULL if it has no name */
};

/*
 * Makes one for the file `path`, which will be given its name by znn_temporary_link() alone if `is_new`.  Returns
 * false, with errno set, if that failed.
 */
bool znn_temporary_create(struct temporary *temporary, const char *path, bool is_new);

/*
 * Gives it the name `path`, which must be free.  Returns false, with errno set, if that failed: EEXIST means that the
 * name is taken.  The file stays open.
 */
bool znn_temporary_link(struct temporary *temporary, const char *path);

/*
 * The same, replacing what has the name.  Only for one that has a path.
 */
bool znn_temporary_rename(struct temporary *temporary, const char *path);

/*
 * Removes what has not been given a name, and frees the path.  The file stays open.
 */
void znn_temporary_remove(struct temporary *temporary);

/*
 * Makes a file in `directory` that has no name, for reading and writing.  Returns -1, with errno set, if that failed.
 */
int znn_temporary_unnamed(const char *directory);

/*
 * True if a file of this name, without a directory, is a temporary one.
 */
bool znn_temporary_is_name(const char *name);

/*
 * The directory that was swept last, so that it is not swept for each file that is written to it.
 */
struct swept {
    dev_t device;
    ino_t inode;
    bool is_known;
};

/*
 * Removes what killed processes left behind in the directory of `path`.
 */
void znn_temporary_sweep(const char *path, struct swept *swept);

#endif

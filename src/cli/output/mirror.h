/*
 * mirror.h - makes a tree of directories after another one
 *
 *     models/a/x.bin   (below the operand "models")   ->   OUTDIR/a/x.bin
 *     other/y.bin      (an operand itself)            ->   OUTDIR/y.bin
 *
 * A directory is made when its first file is written.  Until the end, only the user can access it, because the user
 * must be able to write there even if the source is read-only.  Then it gets the owner, mode and times of its source.
 * Directories that already existed stay as they are.
 */
#ifndef ZNN_CLI_OUTPUT_MIRROR_H
#define ZNN_CLI_OUTPUT_MIRROR_H

#include "cli/input/tree.h"
#include "cli/system/file_status.h"

struct made {
    char *path;
    char *origin; /* the directory that it was made after, and its status then: */
    struct file_status source;
};

/*
 * The caller sets the first two members and zeroes the rest.
 */
struct mirror {
    const char *root; /* OUTDIR, as returned by znn_path_root() */
    bool must_last;   /* new directories must be on the disk before they are used */
    struct made *made;
    size_t count;
    size_t capacity;
};

/*
 * Returns the path of `entry` in the mirror, or NULL if memory ran out.  The caller frees the path.
 */
char *znn_mirror_name(const struct mirror *mirror, const struct entry *entry);

/*
 * Makes the directories above `entry` in the mirror, and the entry itself if it is a directory.  Returns its path,
 * which the caller frees, or NULL if something failed, which is reported.
 */
char *znn_mirror_path(struct mirror *mirror, const struct entry *entry);

/*
 * Copies the metadata to all new directories, and forgets them.  Returns false if one cannot be opened any more, which
 * is reported.
 */
bool znn_mirror_finish(struct mirror *mirror);

#endif

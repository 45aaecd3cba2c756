/*
 * mirror.h - a tree of directories made after another one
 *
 *     models/a/x.bin   (below the operand "models")   ->   OUTDIR/a/x.bin
 *     other/y.bin      (an operand itself)            ->   OUTDIR/y.bin
 *
 * Each directory is made when something is to be put into it.  Until all is done it is the user's alone, who must be
 * able to write there, even where the source is read-only; then it gets the owner, mode and times of its source.  What
 * was there before stays as it is.
 */
#ifndef ZNN_CLI_OUTPUT_MIRROR_H
#define ZNN_CLI_OUTPUT_MIRROR_H

#include "cli/input/tree.h"

struct made {
    char *path;
    char *origin; /* the directory that it was made after, as it was then: */
    struct stat source;
};

/*
 * The caller sets the first two, and zeroes the rest.
 */
struct mirror {
    const char *root; /* OUTDIR, as znn_names_root() gives it */
    bool must_last;   /* what is made is to be on the disk before anything is put into it */
    struct made *made;
    size_t count;
    size_t capacity;
};

/*
 * Where `entry` comes to lie.  The caller frees the path; it is NULL when memory runs out.
 */
char *znn_mirror_name(const struct mirror *mirror, const struct entry *entry);

/*
 * Where `entry` comes to lie, the directories above it being made, and for a directory itself.  The caller frees the
 * path; it is NULL, this having been said, where something failed.
 */
char *znn_mirror_path(struct mirror *mirror, const struct entry *entry);

/*
 * Passes the metadata on to the directories that were made, and forgets them.  Returns false, having said why, if one
 * cannot be opened any more.
 */
bool znn_mirror_finish(struct mirror *mirror);

#endif

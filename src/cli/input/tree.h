/*
 * tree.h - lists the files below a directory
 *
 * The list is complete before any file is touched, so that outputs written next to the files are not mistaken for
 * inputs.  A directory comes before its contents, and names are in the order of their bytes:
 *
 *     models                ENTRY_DIRECTORY
 *     models/a              ENTRY_DIRECTORY
 *     models/a/x.bin        ENTRY_FILE
 *     models/a.bin          ENTRY_FILE         may be a link to a file: such links are followed
 *     models/latest         ENTRY_OTHER        a link to a directory: not followed, because it may lead in circles
 *     models/old.bin        ENTRY_DANGLING     a link to a file that is gone
 *
 * Excluded files and directories, and everything below them, are not listed.
 *
 * The walk uses a list instead of recursion, and opens one directory at a time, so a tree may be as deep as paths can
 * be long.
 */
#ifndef ZNN_CLI_INPUT_TREE_H
#define ZNN_CLI_INPUT_TREE_H

#include "cli/flags/args.h"
#include "cli/system/file_status.h"

#include <stdbool.h>
#include <stddef.h>

enum entry_kind {
    ENTRY_OPERAND, /* named by the user, and not a directory; may not exist */
    ENTRY_DIRECTORY,
    ENTRY_FILE,
    ENTRY_DANGLING,  /* a link that leads nowhere; the user is warned */
    ENTRY_LOST,      /* a file that has just vanished or cannot be reached */
    ENTRY_TEMPORARY, /* a file that a znn is writing or has left behind */
    ENTRY_OTHER      /* a special file, or a link to a directory */
};

struct entry {
    char *path;
    size_t start; /* start of the part that leads from the operand here: "", "/a/x.bin" */
    enum entry_kind kind;
    size_t operand;            /* number of that operand */
    bool is_link;              /* a symbolic link; `status` describes its target */
    struct file_status status; /* zeroed if unknown */
};

/*
 * A zeroed struct is an empty tree.
 */
struct tree {
    struct entry *entries;
    size_t count;
    size_t capacity;
    size_t failures; /* directories that could not be read */
    size_t operands; /* number of znn_tree_add() calls until now */

    /* Called for each failure after it was reported, or NULL.  Returns false. */
    bool (*fail)(void *context, const char *path);
    void *context;
};

/*
 * Adds `operand` and, if it is a directory, everything below it, except files that match `excluded` and the directory
 * `avoided` (NULL: none), unless that is the operand itself.  Warns about links that lead nowhere.  A directory that
 * cannot be read counts as a failure and is reported.  Returns false if memory ran out, which is reported.
 */
bool znn_tree_add(struct tree *tree, const char *operand, const struct patterns *excluded,
                  const struct file_status *avoided);

void znn_tree_free(struct tree *tree);

#endif

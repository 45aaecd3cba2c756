/*
 * tree.h - the files below a directory
 *
 * They are all listed before any of them is touched, so that what is written meanwhile, perhaps beside them, is not
 * taken for an input.  A directory comes before what is in it, and its names in the order of their bytes:
 *
 *     models                ENTRY_DIRECTORY
 *     models/a              ENTRY_DIRECTORY
 *     models/a/x.bin        ENTRY_FILE
 *     models/a.bin          ENTRY_FILE         perhaps a link to a file: those are followed
 *     models/latest         ENTRY_OTHER        a link to a directory is not, as it may lead in circles
 *     models/old.bin        ENTRY_DANGLING     a link to a file that is gone
 *
 * What --exclude names is not listed, and nothing below it is looked at.
 *
 * The walk keeps a list of its own in place of calling itself, and one directory open at a time, so that a tree may be
 * as deep as paths can be long.
 */
#ifndef ZNN_CLI_INPUT_TREE_H
#define ZNN_CLI_INPUT_TREE_H

#include "cli/flags/args.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>

enum entry_kind {
    ENTRY_OPERAND, /* named by the user, and no directory; perhaps it does not even exist */
    ENTRY_DIRECTORY,
    ENTRY_FILE,
    ENTRY_DANGLING,  /* a link that leads nowhere, of which the user is warned */
    ENTRY_LOST,      /* a file that has just vanished, or is out of reach */
    ENTRY_TEMPORARY, /* a file that a znn is writing, or has left behind */
    ENTRY_OTHER      /* a special file, or a link to a directory */
};

struct entry {
    char *path;
    size_t start; /* where in it the part begins that leads here from the operand: "", "/a/x.bin" */
    enum entry_kind kind;
    size_t operand;     /* the number of that operand */
    bool is_link;       /* a symbolic link; `status` tells what it leads to */
    struct stat status; /* zeroed where that is not known */
};

/*
 * Zeroed, it is empty.
 */
struct tree {
    struct entry *entries;
    size_t count;
    size_t capacity;
    size_t failures; /* directories that could not be read */
    size_t operands; /* added so far */

    /* Called for each of them, once it was said why; NULL: nothing is.  Returns false. */
    bool (*fail)(void *context, const char *path);
    void *context;
};

/*
 * Adds `operand` and, if it is a directory, everything below it, except the directory `avoided` (NULL: none), unless
 * that is the operand itself, and except what `excluded` matches.  Warns of links that lead nowhere.  A directory that
 * cannot be read is a failure, which is said.  Returns false, having said so, when memory runs out.
 */
bool znn_tree_add(struct tree *tree, const char *operand, const struct patterns *excluded, const struct stat *avoided);

void znn_tree_free(struct tree *tree);

#endif

/*
 * needs.h - tracks the sources that decompress -r --rm must keep because others need them
 *
 * In a folder of models that have bases,
 *
 *     a.znn   b.znn (its base is a)   c.znn (its base is b)
 *
 * b.znn and c.znn need a.znn.  So a.znn is removed only after both are decompressed, wherever their outputs go.  If one
 * of them fails, a.znn stays, because it may be the only way to decompress the other file later.
 *
 * This is planned before the first file is touched.  If a file has several names, all of them stay, because any of them
 * may be the name by which the base is found.
 */
#ifndef ZNN_CLI_OUTPUT_NEEDS_H
#define ZNN_CLI_OUTPUT_NEEDS_H

#include "cli/input/tree.h"
#include "cli/output/orphans.h"
#include "cli/output/removal.h"

struct need {
    size_t parents[ZNN_BASE_DEPTH_MAX]; /* the sources that this one needs, by their first names */
    size_t parent_count;
    size_t first;           /* the first name of the same file */
    size_t next;            /* the next name of the same file; 0 after the last */
    size_t waiting;         /* for a first name: sources that need the file and are not finished */
    const char *lost;       /* one of these sources that failed, or NULL */
    bool is_noted;          /* finished, and waiting for others */
    struct removal removal; /* if it is noted */
};

/*
 * One need for each entry of a tree.  A zeroed struct has no needs, and nothing waits.
 */
struct needs {
    struct need *list;
    size_t count;
    size_t failures;         /* sources that could not be removed or must stay */
    struct orphans *orphans; /* for files that are not among the entries; NULL: they find the outputs */
};

/*
 * Finds out which .znn files of `tree` need which.  Returns false if memory ran out, which is reported.
 */
bool znn_needs_plan(struct needs *needs, const struct tree *tree, const char *base_dir);

/*
 * Returns true if the entry with this number is needed by an entry that is not finished or has failed.
 */
bool znn_needs_have(const struct needs *needs, size_t number);

/*
 * Takes over the removal of an entry, for later, when no other entry needs it.
 */
void znn_needs_note(struct needs *needs, size_t number, const struct removal *removal);

/*
 * Marks the entry with this number as finished.  Removes the sources that waited only for it.
 */
void znn_needs_settle(struct needs *needs, size_t number);

/*
 * Marks the entry with this number, whose path is `path`, as failed.  It stays, and so do the sources that it needs.
 */
void znn_needs_fail(struct needs *needs, size_t number, const char *path);

/*
 * Reports the sources that are kept, and why, and frees the list.
 */
void znn_needs_finish(struct needs *needs);

#endif

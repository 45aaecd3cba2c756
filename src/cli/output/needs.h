/*
 * needs.h - which sources of decompress -r --rm have to stay for a while, because others need them
 *
 * In a folder of models that have bases,
 *
 *     a.znn   b.znn (its base is a)   c.znn (its base is b)
 *
 * b.znn and c.znn are decompressed from a.znn.  So it is removed only when both are done, wherever their outputs go. If
 * one of them fails, it stays for good: it may be all that the failed one can be decompressed with.
 *
 * What needs what is found out before the first file is touched.  Of a file with several names all stay, as any of them
 * may be the one by which the base is found.
 */
#ifndef ZNN_CLI_OUTPUT_NEEDS_H
#define ZNN_CLI_OUTPUT_NEEDS_H

#include "cli/input/tree.h"
#include "cli/output/removal.h"

struct need {
    size_t parents[ZNN_BASE_DEPTH_MAX]; /* the sources that this one needs, each by its first name */
    size_t parent_count;
    size_t first;           /* the first name of the same file */
    size_t next;            /* and the next one; 0 after the last */
    size_t waiting;         /* for a first name: sources that need the file and are not done yet */
    const char *lost;       /* one of them that failed, or NULL */
    bool is_noted;          /* it is done, and waits for others */
    struct removal removal; /* if it is noted */
};

/*
 * One for each entry of a tree.  Zeroed, there is none, and nothing waits.
 */
struct needs {
    struct need *list;
    size_t count;
    size_t failures; /* sources that could not be removed, or have to stay */
};

/*
 * Finds out what needs what among the .znn files of `tree`.  Returns false, having said so, if memory runs out.
 */
bool znn_needs_plan(struct needs *needs, const struct tree *tree, const char *base_dir);

/*
 * Does anything need the entry with this number that is not done yet, or has failed?
 */
bool znn_needs_have(const struct needs *needs, size_t number);

/*
 * Takes over the removal of an entry, for when nothing needs it any more.
 */
void znn_needs_note(struct needs *needs, size_t number, const struct removal *removal);

/*
 * The entry with this number is done.  Removes what has waited for it alone.
 */
void znn_needs_settle(struct needs *needs, size_t number);

/*
 * The entry with this number, which has this path, stays: what it needs stays, too.
 */
void znn_needs_fail(struct needs *needs, size_t number, const char *path);

/*
 * Says which sources are kept, and why, and frees the list.
 */
void znn_needs_finish(struct needs *needs);

#endif

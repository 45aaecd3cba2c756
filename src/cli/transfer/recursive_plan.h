/*
 * recursive_plan.h - decides what to do with each entry that -r has found
 *
 * Everything is decided before the first file is touched, because the decision about a name depends on the other names
 * of the same file, and because totals and free space concern all files together:
 *
 *     blobs/5f3a                           FATE_DO           the file itself; compressed once
 *     blobs/77c0                           FATE_UP_TO_DATE   finished by an earlier run
 *     copy.bin  (a hard link to 5f3a)      FATE_TWIN         its output is a hard link to that of 5f3a
 *     snapshots/1/model.bin -> 5f3a        FATE_LINK         its output is a symbolic link to that of 5f3a
 *     notes.txt                            FATE_SKIP
 *
 * A symbolic link stays a link if its target is below the same operand and is processed, too.  Any other link to a file
 * is followed, as if the file were there.
 */
#ifndef ZNN_CLI_TRANSFER_RECURSIVE_PLAN_H
#define ZNN_CLI_TRANSFER_RECURSIVE_PLAN_H

#include "cli/input/same_files.h"
#include "cli/output/mirror.h"
#include "cli/transfer/transfer.h"

enum fate { FATE_SKIP, FATE_FAIL, FATE_DIRECTORY, FATE_DO, FATE_UP_TO_DATE, FATE_TWIN, FATE_LINK };

struct job {
    enum fate fate;
    size_t leader;        /* for a twin or link: the entry whose output it shares */
    char *output;         /* NULL if the name is unknown; processing the entry reports why */
    bool has_names_ahead; /* hard links of the same file come later */
    bool is_done;         /* set by the code that carries out the plan */
};

/*
 * Names the output for the input `path` and its `target`.  The caller frees the name.  Returns NULL, without a message,
 * if the name is unknown.
 */
typedef char *recursive_name(const char *path, const char *target);

/*
 * The caller sets the first four members.
 */
struct recursive_plan {
    struct batch *batch; /* its totals count skipped and failed files */
    const struct tree *tree;
    struct mirror *mirror;
    recursive_name *name;
    struct same_files same;
    struct job *jobs; /* one for each of the tree's entries */
};

/*
 * Makes the decisions, and reports skipped and failed files.  Returns false if memory ran out, which is reported.
 */
bool znn_recursive_plan_make(struct recursive_plan *plan);

/*
 * Returns the text of the symbolic link for entry `number`, which has FATE_LINK.  The caller frees it.  Returns NULL if
 * there is none, which is reported.
 */
char *znn_recursive_plan_link(const struct recursive_plan *plan, size_t number);

void znn_recursive_plan_free(struct recursive_plan *plan);

#endif

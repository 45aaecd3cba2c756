/*
 * recursive_plan.h - what is to become of each entry that -r has found
 *
 * Everything is decided before the first file is touched, because what becomes of one name depends on the other names
 * of the same file, and because totals and free space are asked for all files together:
 *
 *     blobs/5f3a                           FATE_DO           the file itself; compressed once
 *     blobs/77c0                           FATE_UP_TO_DATE   an earlier run has done it
 *     copy.bin  (a hard link to 5f3a)      FATE_TWIN         its output is a hard link to that of 5f3a
 *     snapshots/1/model.bin -> 5f3a        FATE_LINK         its output is a symbolic link to that of 5f3a
 *     notes.txt                            FATE_SKIP
 *
 * A symbolic link stays a link if the file that it leads to lies below the same operand and is done.  Any other link to
 * a file is followed, as if the file stood there.
 */
#ifndef ZNN_CLI_TRANSFER_RECURSIVE_PLAN_H
#define ZNN_CLI_TRANSFER_RECURSIVE_PLAN_H

#include "cli/input/same_files.h"
#include "cli/output/mirror.h"
#include "cli/transfer/transfer.h"

enum fate { FATE_SKIP, FATE_FAIL, FATE_DIRECTORY, FATE_DO, FATE_UP_TO_DATE, FATE_TWIN, FATE_LINK };

struct job {
    enum fate fate;
    size_t leader;        /* of a twin or link: the entry whose output it shares */
    char *output;         /* NULL if the name cannot be told, which doing it will report */
    bool has_names_ahead; /* hard links of the same file that are done later */
    bool is_done;         /* set by whoever carries the plan out */
};

/*
 * How an output is called whose name is made from `target`, for the input `path`.  The caller frees it; NULL, having
 * said nothing, if that cannot be told.
 */
typedef char *recursive_name(const char *path, const char *target);

/*
 * The caller sets the first four.
 */
struct recursive_plan {
    struct batch *batch; /* whose totals count what is skipped or has failed */
    const struct tree *tree;
    struct mirror *mirror;
    recursive_name *name;
    struct same_files same;
    struct job *jobs; /* one for each of the tree's entries */
};

/*
 * Decides, and says what is skipped or has failed already.  Returns false, having said so, when memory runs out.
 */
bool znn_recursive_plan_make(struct recursive_plan *plan);

/*
 * The text of the symbolic link that is made for entry `number`, which has FATE_LINK.  The caller frees it; NULL,
 * having said why, if there is none.
 */
char *znn_recursive_plan_link(const struct recursive_plan *plan, size_t number);

void znn_recursive_plan_free(struct recursive_plan *plan);

#endif

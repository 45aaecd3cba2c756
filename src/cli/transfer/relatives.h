/*
 * relatives.h - compress -r --related: which files of the plan get which base, and in which order they are made
 *
 * A base is made before the files that need it.  .znn files that exist already can be bases, but do not change, so a
 * later run adds files to a family and leaves the others alone.
 */
#ifndef ZNN_CLI_TRANSFER_RELATIVES_H
#define ZNN_CLI_TRANSFER_RELATIVES_H

#include "cli/family/family.h"
#include "cli/input/base_graph.h"
#include "cli/transfer/recursive_plan.h"

/*
 * A zeroed struct has no relatives: every file stays whole.
 */
struct relatives {
    struct family family;
};

/*
 * Finds the relatives among the files of the plan and the .znn files of the tree `existing`, where the outputs go.  Its
 * paths must stay.  `graph` says which of these files need which.  Returns false if memory ran out, which is reported.
 */
bool znn_relatives_find(struct relatives *relatives, const struct recursive_plan *plan, const struct tree *existing,
                        const struct base_graph *graph);

/*
 * Returns the base that entry `number` gets, or NULL if the file stays whole.
 */
const struct kin *znn_relatives_kin(const struct relatives *relatives, size_t number);

void znn_relatives_free(struct relatives *relatives);

#endif

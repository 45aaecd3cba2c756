/*
 * needed_outputs.h - with -r, which existing .znn files are needed by others, wherever these lie
 *
 *     d/step-1/m.bin (changed)   d/step-1/m.bin.znn  <-  d/step-2/m.bin.znn       znn compress -r -f d
 *
 * Such a file must not be replaced by another model (successor.h).  A file that this run replaces as well needs nothing
 * any more.
 */
#ifndef ZNN_CLI_TRANSFER_NEEDED_OUTPUTS_H
#define ZNN_CLI_TRANSFER_NEEDED_OUTPUTS_H

#include "cli/input/base_graph.h"
#include "cli/transfer/recursive_plan.h"

/*
 * A zeroed struct has none.
 */
struct needed_outputs {
    const char **children; /* for each entry: a file that needs its output, or NULL */
};

/*
 * Finds them among the .znn files of `graph`, which must stay, for the files that the plan replaces.  Returns false if
 * memory ran out, which is reported.
 */
bool znn_needed_outputs_find(struct needed_outputs *needed, const struct recursive_plan *plan,
                             const struct base_graph *graph);

/*
 * Returns a file that needs the output of entry `number`, or NULL.
 */
const char *znn_needed_outputs_child(const struct needed_outputs *needed, size_t number);

void znn_needed_outputs_free(struct needed_outputs *needed);

#endif

/*
 * late.h - removes sources after all files of a command
 *
 * A source stays until then if it is part of the base, which is locked, or if a .znn file beside it needs it.  That
 * file may be another source of the command, and be gone by then.
 */
#ifndef ZNN_CLI_TRANSFER_LATE_H
#define ZNN_CLI_TRANSFER_LATE_H

#include "cli/transfer/transfer.h"

/*
 * Returns a .znn file that would lose its base with `source`, as znn_orphans_find() does.  In place there is none,
 * because such a file finds the output instead.
 */
const char *znn_late_orphan(struct batch *batch, const char *source, const char *output);

/*
 * Adds a source to those that are removed late.  Returns false if memory ran out, which is reported.
 */
bool znn_late_note(struct batch *batch, const struct input_file *input, const struct output_file *output, bool is_base);

/*
 * Removes the sources.  Returns the number of sources that could not or must not be removed, which is reported.
 */
size_t znn_late_settle(struct batch *batch);

#endif

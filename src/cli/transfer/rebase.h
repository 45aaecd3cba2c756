/*
 * rebase.h - rewrites a .znn file against another base, or none
 *
 * The old file may be the only copy of its original.  So its place is taken only by a new file that was read back and
 * compared with it, in one step, and only if at that moment
 *
 *     the old file is the file that was read     same inode, size and times
 *     no other znn uses it as a base             the exclusive lock is free
 *     no program has it open for writing         as far as the system can tell
 *     the new bases exist and are unchanged      they are locked
 *     the new bases do not need the old file     under any of its names
 *
 * Files that have the rewritten file as their base still find it: its name and its original stay the same.
 */
#ifndef ZNN_CLI_TRANSFER_REBASE_H
#define ZNN_CLI_TRANSFER_REBASE_H

#include "cli/transfer/transfer.h"

/*
 * Rewrites the file `path` to the file `output`, or in place if that is NULL.  Returns false if it failed, which is
 * reported; then the file is as before.
 */
bool znn_rebase_file(struct batch *batch, const char *path, const char *output);

#endif

/*
 * rights.h - the rights that a command needs
 *
 * A command gives up all other rights when it starts (sandbox.h).  It may make and write files in the directories of
 * its outputs:
 *
 *     compress, decompress    beside the operands, or with -o there; with --rm, in both
 *     rebase                  beside the operands, or with -o there
 *     extract                 in the directory of -o
 *     stat                    in that of --svg
 *     list, test              nowhere
 *     mount, umount           mount file systems, so they keep all rights; the process that reads .znn files gives up
 *                             its own (mount.h)
 *
 * and in the directory of temporary files, if something comes from a pipe.
 */
#ifndef ZNN_CLI_COMMANDS_RIGHTS_H
#define ZNN_CLI_COMMANDS_RIGHTS_H

#include "cli/flags/args.h"

/*
 * Enters the sandbox for the command of `settings`, before it opens files or starts threads.  Does nothing if the
 * system has no sandbox.
 */
void znn_rights_give_up(const struct settings *settings);

#endif

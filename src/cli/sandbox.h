/*
 * sandbox.h - a program that reads files from strangers gives up what it does not need
 *
 * What a .znn file or a model could make a faulty znn do is bounded by the kernel, where that has landlock: from the
 * start of a command on, files can be written, made and removed only
 *
 *     compress, decompress              beside the operands, or with -o there; with --rm, in both
 *     extract                           where -o says
 *     stat                              in that of --svg
 *     list, test                        nowhere
 *
 * and where something comes from a pipe, in that of temporary files; nothing can be executed, and no connection be
 * made.  What is open already, such as standard output, stays usable.  Reading is free, as inputs may be links to
 * anywhere.
 */
#ifndef ZNN_CLI_SANDBOX_H
#define ZNN_CLI_SANDBOX_H

#include "cli/args.h"

/*
 * Enters the sandbox for the command of `settings`, before any file is opened and any thread started.  Where the kernel
 * has none, nothing happens.
 */
void znn_sandbox_enter(const struct settings *settings);

#endif

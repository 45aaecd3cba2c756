/*
 * sandbox.h - gives up rights that the program does not need to read untrusted files
 *
 * A .znn file or a model may exploit a bug in znn.  The kernel then limits the damage, from the start of a command on.
 * The limits depend on the kernel and the processor:
 *
 *     landlock (Linux 5.13)   Files are made, written and removed only in the directories of outputs (below), and no
 *                             program is started.  Version 3 (Linux 6.2) adds: no other file is truncated.
 *     landlock 4 (Linux 6.7)  no TCP connection, in or out
 *     landlock 6 (Linux 6.12) no connection to an abstract Unix socket, and no signal to others
 *     system calls filtered   No socket of any kind, no process, no signal to others, no tracing, no io_uring, no
 * shared (x86-64 and aarch64)    memory of System V, no new code in memory; mode, owner, times and attributes change on
 * open files only.  A command without outputs also changes no file.
 *
 * Outputs are
 *
 *     compress, decompress    beside the operands, or with -o there; with --rm, in both
 *     extract                 in the directory of -o
 *     stat                    in that of --svg
 *     list, test              nowhere
 *
 * and in the directory of temporary files, if something comes from a pipe.
 *
 * The process can still read every file that the user may read, because inputs may be links to anywhere.  It can write
 * to open files, such as standard output.  A command with outputs can also change mode, owner, times and attributes of
 * any file that belongs to the user and that it can open for reading.
 */
#ifndef ZNN_CLI_COMMANDS_SANDBOX_H
#define ZNN_CLI_COMMANDS_SANDBOX_H

#include "cli/flags/args.h"

#include <stddef.h>

/*
 * Enters the sandbox for the command of `settings`, before it opens files or starts threads.  Does nothing if the
 * kernel has no sandbox.
 */
void znn_sandbox_enter(const struct settings *settings);

/* Describes for --version what this kernel offers to this build. */
void znn_sandbox_describe(char *text, size_t size);

#endif

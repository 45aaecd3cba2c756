/*
 * sandbox.h - gives up rights that the program does not need to read untrusted files
 *
 * A .znn file or a model may exploit a bug in znn.  The kernel then limits the damage, from the start of a command on.
 * The limits depend on the kernel and the processor:
 *
 *     landlock (Linux 5.13)    Files are made, written and removed only in the directories of outputs, and no program
 *                              is started.  Version 3 (Linux 6.2) adds: no other file is truncated.
 *     landlock 4 (Linux 6.7)   no TCP connection, in or out
 *     landlock 6 (Linux 6.12)  no connection to an abstract Unix socket, and no signal to others
 *     system calls filtered    No socket of any kind, no process, no signal to others, no tracing, no io_uring, no
 *     (x86-64 and aarch64)     shared memory of System V, no new code in memory; mode, owner, times and attributes
 *                              change on open files only.  A command without outputs also changes no file.
 *
 * The process can still read every file that the user may read, because inputs may be links to anywhere.  It can write
 * to open files, such as standard output.  A command with outputs can also change mode, owner, times and attributes of
 * any file that belongs to the user and that it can open for reading.
 */
#ifndef ZNN_CLI_SYSTEM_SANDBOX_H
#define ZNN_CLI_SYSTEM_SANDBOX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sandbox {
    int rules;      /* landlock's, or -1 if the kernel has none */
    uint64_t known; /* rights that landlock knows */
    bool links;     /* outputs may be links */
    bool writes;    /* there is a directory of outputs */
};

/*
 * Prepares a sandbox that allows no outputs yet.  `links` says that outputs may be links to other outputs.  Returns
 * false if this build has no sandbox.
 */
bool znn_sandbox_open(struct sandbox *sandbox, bool links);

/*
 * Allows outputs in `directory` and below.  Returns false if there is no such directory.
 */
bool znn_sandbox_allow(struct sandbox *sandbox, const char *directory);

/*
 * Confines this process for the rest of its life.  Call it before starting threads.
 */
void znn_sandbox_enter(struct sandbox *sandbox);

/*
 * Describes for --version what this kernel offers to this build.
 */
void znn_sandbox_describe(char *text, size_t size);

#endif

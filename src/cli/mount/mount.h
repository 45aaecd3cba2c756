/*
 * mount.h - mounts a folder of .znn files so that the originals appear in it
 *
 *     znn mount            the watcher: mounts, waits, unmounts
 *       `- znn mount       the server: answers the kernel; the only process that reads .znn files
 *
 * The server gives up all rights that it does not need (sandbox.h).  It can neither unmount nor start a program, so
 * another process, which reads no file, waits for its end and unmounts.  So nothing stays mounted if the server is
 * killed.
 */
#ifndef ZNN_CLI_MOUNT_MOUNT_H
#define ZNN_CLI_MOUNT_MOUNT_H

#include "cli/flags/args.h"

/*
 * Returns true if this build can mount.
 */
bool znn_mount_is_built_in(void);

/*
 * Mounts the first operand of `settings` at the second one.  Returns the exit code once the mount has ended, or in the
 * background as soon as it is there.  Failures are reported.
 */
int znn_mount_run(const struct settings *settings);

/*
 * Unmounts one mount.  Returns false if this fails, which is reported.
 */
bool znn_mount_end(const char *mountpoint);

#endif

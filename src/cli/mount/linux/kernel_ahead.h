/*
 * kernel_ahead.h - lets the kernel ask for more bytes of a mount at a time
 *
 * When a file is read in order, the kernel asks for 128 KiB at a time, and each question costs two switches between
 * processes.  With 1 MiB, a large file is read faster by a fifth.  The kernel takes no such wish from a FUSE server,
 * but root may write the number to a file below /sys.
 */
#ifndef ZNN_CLI_MOUNT_LINUX_KERNEL_AHEAD_H
#define ZNN_CLI_MOUNT_LINUX_KERNEL_AHEAD_H

/*
 * Raises the kernel's read-ahead of the mount at the absolute path `mountpoint`, if this process may.  Asks the mount
 * for nothing, so it does not wait for the server.
 */
void znn_kernel_ahead_raise(const char *mountpoint);

#endif

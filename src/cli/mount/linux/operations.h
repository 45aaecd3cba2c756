/*
 * operations.h - answers the kernel's questions about a mount
 */
#ifndef ZNN_CLI_MOUNT_LINUX_OPERATIONS_H
#define ZNN_CLI_MOUNT_LINUX_OPERATIONS_H

#include "cli/mount/nodes.h"

#define FUSE_USE_VERSION 31
#include <fuse3/fuse_lowlevel.h>

/* What a mount shows.  The folder is the current directory. */
struct mounted {
    struct view view;
    struct nodes nodes;
    struct originals originals;
};

/*
 * The functions that libfuse calls.  Their user data is a struct mounted.
 */
extern const struct fuse_lowlevel_ops znn_mount_operations;

#endif

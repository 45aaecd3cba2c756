/*
 * inward_link.h - recognizes a symbolic link that leads into the mount that shows it
 *
 *     folder/l.znn -> ../mnt/l.znn          shown at mnt
 *
 * To show its original, the server would have to follow the link, and the kernel would ask the server where it leads.
 * So the server follows such a link itself, step by step, and stops before the mountpoint.
 */
#ifndef ZNN_CLI_MOUNT_INWARD_LINK_H
#define ZNN_CLI_MOUNT_INWARD_LINK_H

#include <stdbool.h>

/*
 * Returns true if `path`, below the directory `folder`, is or may be a link into `mountpoint`.  The other two are
 * absolute, without links in them.
 */
bool znn_inward_link(const char *folder, const char *path, const char *mountpoint);

#endif

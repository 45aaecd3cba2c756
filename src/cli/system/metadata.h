/*
 * metadata.h - copies owner, mode, access list and times from a source to its output
 *
 * In a file with an access control list, the group bits of the mode are the mask: the most that any entry of the list
 * grants.  The group itself may have less:
 *
 *     user::rw-  user:eve:rw-  group::---  mask::rw-  other::---      mode 0660, though the group may do nothing
 *
 * So the mode without the list would grant more than the file does.
 */
#ifndef ZNN_CLI_SYSTEM_METADATA_H
#define ZNN_CLI_SYSTEM_METADATA_H

#include "cli/system/file_status.h"

/*
 * Gives the open file or directory `fd` the owner, mode and access list of the source, as far as the system allows, but
 * never more permissions than the source grants.  `source_fd` is the open source, and `source` its status.  If the
 * group cannot be set, the file's group is a different one, so it gets no permissions that others do not have.  Set-id
 * bits are not copied.
 */
void znn_metadata_copy_rights(int fd, int source_fd, const struct file_status *source);

/*
 * Sets the times of `fd` to those of `source`.
 */
void znn_metadata_copy_times(int fd, const struct file_status *source);

/*
 * Sets the mode of `fd` to that of a new file under the user's umask.
 */
void znn_metadata_set_default(int fd);

#endif

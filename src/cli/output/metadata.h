/*
 * metadata.h - owner, mode, access list and times, passed on from a source to what is made of it
 *
 * A file with an access control list says two things with the group's bits of its mode: they are the mask, the most
 * that any entry of the list grants, while the group itself may have less:
 *
 *     user::rw-  user:eve:rw-  group::---  mask::rw-  other::---      mode 0660, though the group may do nothing
 *
 * So the mode of such a file without its list would grant more than the file does.
 */
#ifndef ZNN_CLI_OUTPUT_METADATA_H
#define ZNN_CLI_OUTPUT_METADATA_H

#include <sys/stat.h>

/*
 * Gives the open file or directory `fd` the owner, mode and access list of the source, as far as the system lets us:
 * never more rights than the source grants.  `source_fd` is the source, open, with the status `source`.  Where the
 * group cannot be set, it gets no right that others do not have, as the group is another one.  Set-id bits do not pass
 * on.
 */
void znn_metadata_copy_rights(int fd, int source_fd, const struct stat *source);

/*
 * Gives it the times of `source`.
 */
void znn_metadata_copy_times(int fd, const struct stat *source);

/*
 * Gives it the mode that the user's mask leaves to a new file.
 */
void znn_metadata_set_default(int fd);

#endif

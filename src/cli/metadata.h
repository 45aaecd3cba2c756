/*
 * metadata.h - owner, mode and times, passed on from a source to what is made of it
 */
#ifndef ZNN_CLI_METADATA_H
#define ZNN_CLI_METADATA_H

#include <sys/stat.h>

/*
 * Gives the open file or directory `fd` the owner and mode of `source`, as far as the system lets us.  Where the group
 * cannot be set, it gets no right that others do not have, as the group is another one.  Set-id bits do not pass on.
 */
void znn_metadata_copy_rights(int fd, const struct stat *source);

/*
 * Gives it the times of `source`.
 */
void znn_metadata_copy_times(int fd, const struct stat *source);

#endif

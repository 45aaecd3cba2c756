/*
 * access_list.h - copies the access control list of a file
 *
 * Linux only.  Elsewhere no file has a list.
 */
#ifndef ZNN_CLI_SYSTEM_LINUX_ACCESS_LIST_H
#define ZNN_CLI_SYSTEM_LINUX_ACCESS_LIST_H

#include <stdbool.h>

/*
 * Copies the list or, if that fails, removes the permissions from *mode that the list does not grant.  Removes a list
 * that the new file inherited from its directory, because it names users that the source does not.  `has_group` says
 * that both files have the same group.  Returns true if the mode is set, too.
 */
bool znn_access_list_copy(int fd, int source_fd, bool has_group, unsigned *mode);

#endif

/*
 * file_status.h - turns a struct stat into a struct file_status
 */
#ifndef ZNN_CLI_SYSTEM_POSIX_FILE_STATUS_H
#define ZNN_CLI_SYSTEM_POSIX_FILE_STATUS_H

#include "cli/system/file_status.h"

#include <sys/stat.h>

/*
 * `result` is the result of the call that filled in *from.  If it is 0, copies *from to *status.  Returns true if it
 * is 0.
 */
bool znn_file_status_take(int result, const struct stat *from, struct file_status *status);

#endif

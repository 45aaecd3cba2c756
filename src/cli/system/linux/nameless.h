/*
 * nameless.h - files without a name, which vanish with the process unless they get one
 *
 * Linux only.  Elsewhere, and on some file systems of Linux, there are none.
 */
#ifndef ZNN_CLI_SYSTEM_LINUX_NAMELESS_H
#define ZNN_CLI_SYSTEM_LINUX_NAMELESS_H

#include <stdbool.h>

/*
 * Makes a nameless file in `directory`, for reading and writing.  Returns its descriptor, or -1 if there are none.
 */
int znn_nameless_open(const char *directory);

/*
 * Gives the file the name `path`, which must be free.  Returns false with errno set if this fails.
 */
bool znn_nameless_link(int fd, const char *path);

#endif

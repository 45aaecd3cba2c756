/*
 * nameless.c - files without a name: O_TMPFILE
 */
#define _GNU_SOURCE /* O_TMPFILE */
#include "cli/system/linux/nameless.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#ifdef O_TMPFILE

/* The path by which a nameless file can be linked to a name. */
struct handle {
    char path[40];
};

static struct handle handle_of(int fd)
{
    struct handle handle;
    snprintf(handle.path, sizeof handle.path, "/proc/self/fd/%d", fd);
    return handle;
}

int znn_nameless_open(const char *directory)
{
    int fd = open(directory, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (fd < 0 || access(handle_of(fd).path, F_OK) == 0)
        return fd;
    close(fd); /* without /proc it could never get a name */
    return -1;
}

bool znn_nameless_link(int fd, const char *path)
{
    return linkat(AT_FDCWD, handle_of(fd).path, AT_FDCWD, path, AT_SYMLINK_FOLLOW) == 0;
}

#else

int znn_nameless_open(const char *directory)
{
    (void)directory;
    return -1;
}

bool znn_nameless_link(int fd, const char *path)
{
    (void)fd;
    (void)path;
    errno = ENOTSUP;
    return false;
}

#endif

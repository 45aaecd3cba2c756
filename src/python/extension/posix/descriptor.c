/*
 * descriptor.c - file descriptors of POSIX
 */
#include "python/extension/descriptor.h"

#include <fcntl.h>
#include <unistd.h>

/* The first descriptor that is not one of the standard streams. */
#define FIRST 3

int ext_descriptor_duplicate(int fd)
{
    return fcntl(fd, F_DUPFD_CLOEXEC, FIRST);
}

void ext_descriptor_close(int fd)
{
    close(fd);
}

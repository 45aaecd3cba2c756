/*
 * random.c - random bytes from the kernel
 *
 * Every system that znn runs on has the file; some lack getrandom().
 */
#include "platform/random.h"

#include <fcntl.h>
#include <unistd.h>

bool znn_random_bytes(void *data, size_t size)
{
    int fd = open(RANDOM_BYTES_SOURCE, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return false;
    ssize_t got = read(fd, data, size);
    close(fd);
    return got == (ssize_t)size;
}

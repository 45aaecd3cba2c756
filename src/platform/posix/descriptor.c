/*
 * descriptor.c - POSIX file descriptors
 */
#include "platform/descriptor.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

ptrdiff_t znn_descriptor_read(int fd, void *buffer, size_t size)
{
    ssize_t n;
    do
        n = read(fd, buffer, size);
    while (n < 0 && errno == EINTR);
    return n;
}

ptrdiff_t znn_descriptor_read_at(int fd, void *buffer, size_t size, uint64_t offset)
{
    ssize_t n;
    if (offset > INT64_MAX) {
        errno = EOVERFLOW;
        return -1;
    }
    do
        n = pread(fd, buffer, size, (off_t)offset);
    while (n < 0 && errno == EINTR);
    return n;
}

int znn_descriptor_write(int fd, const void *data, size_t size)
{
    const uint8_t *p = data;
    while (size > 0) {
        ssize_t n = write(fd, p, size);
        if (n < 0 && errno != EINTR)
            return -1;
        if (n > 0) {
            p += n;
            size -= (size_t)n;
        }
    }
    return 0;
}

int znn_descriptor_write_at(int fd, const void *data, size_t size, uint64_t offset)
{
    const uint8_t *p = data;
    while (size > 0) {
        ssize_t n = pwrite(fd, p, size, (off_t)offset);
        if (n < 0 && errno != EINTR)
            return -1;
        if (n > 0) {
            p += n;
            size -= (size_t)n;
            offset += (uint64_t)n;
        }
    }
    return 0;
}

int znn_descriptor_set_size(int fd, uint64_t size)
{
    return ftruncate(fd, (off_t)size);
}

bool znn_descriptor_is_file(int fd, uint64_t *size)
{
    struct stat status;
    if (fstat(fd, &status) != 0 || !S_ISREG(status.st_mode))
        return false;
    *size = (uint64_t)status.st_size;
    return true;
}

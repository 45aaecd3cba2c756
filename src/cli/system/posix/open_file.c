/*
 * open_file.c - opens, reads and writes files with the system's calls of these names
 */
#include "cli/system/open_file.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

_Static_assert(STANDARD_INPUT == STDIN_FILENO && STANDARD_OUTPUT == STDOUT_FILENO && STANDARD_ERROR == STDERR_FILENO,
               "POSIX fixes these numbers");

int znn_file_open(const char *path, enum opening opening)
{
    static const int flags[] = {
        [OPEN_TO_READ] = O_RDONLY | O_NOCTTY,
        [OPEN_AT_ONCE] = O_RDONLY | O_NOCTTY | O_NONBLOCK,
        [OPEN_ITSELF] = O_RDONLY | O_NOCTTY | O_NONBLOCK | O_NOFOLLOW,
        [OPEN_TO_WRITE] = O_WRONLY | O_NOCTTY,
        [OPEN_DIRECTORY] = O_RDONLY | O_DIRECTORY,
        [OPEN_DIRECTORY_ITSELF] = O_RDONLY | O_DIRECTORY | O_NOFOLLOW,
    };
    return open(path, flags[opening] | O_CLOEXEC);
}

/* The numbers up to 2 are for the standard streams. */
int znn_file_duplicate(int fd)
{
    return fcntl(fd, F_DUPFD_CLOEXEC, 3);
}

bool znn_file_close(int fd)
{
    return close(fd) == 0;
}

ptrdiff_t znn_file_read(int fd, void *data, size_t size)
{
    ssize_t got;
    do
        got = read(fd, data, size);
    while (got < 0 && errno == EINTR);
    return got;
}

ptrdiff_t znn_file_read_at(int fd, void *data, size_t size, uint64_t offset)
{
    size_t done = 0;
    while (done < size) {
        ssize_t got = pread(fd, (char *)data + done, size - done, (off_t)(offset + done));
        if (got < 0 && errno != EINTR)
            return -1;
        if (got == 0)
            break;
        done += got > 0 ? (size_t)got : 0;
    }
    return (ptrdiff_t)done;
}

bool znn_file_write(int fd, const void *data, size_t size)
{
    const char *p = data;
    while (size > 0) {
        ssize_t written = write(fd, p, size);
        if (written < 0 && errno != EINTR)
            return false;
        if (written > 0) {
            p += written;
            size -= (size_t)written;
        }
    }
    return true;
}

bool znn_file_is_readable(int fd)
{
    int flags = fcntl(fd, F_GETFL);
    return flags >= 0 && (flags & O_ACCMODE) != O_WRONLY;
}

bool znn_file_is_writable(int fd)
{
    int flags = fcntl(fd, F_GETFL);
    return flags >= 0 && (flags & O_ACCMODE) != O_RDONLY;
}

bool znn_file_is_at_start(int fd)
{
    return lseek(fd, 0, SEEK_CUR) == 0;
}

/* A new descriptor is the smallest free number, so the streams are opened in their order. */
bool znn_file_open_standard_streams(void)
{
    for (int fd = STANDARD_INPUT; fd <= STANDARD_ERROR; fd++)
        if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", fd == STANDARD_INPUT ? O_WRONLY : O_RDONLY) != fd)
            return false;
    return true;
}

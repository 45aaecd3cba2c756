/*
 * spool.c - a stream whose directory is at its end
 */
#include "cli/spool.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

#include "cli/message.h"

#define PIECE ((size_t)1 << 17)

static bool is_zip(const struct spool *spool)
{
    return spool->start_size == 4 && memcmp(spool->start, "PK\3\4", 4) == 0;
}

static ssize_t read_some(int fd, void *data, size_t size)
{
    ssize_t n;
    do
        n = read(fd, data, size);
    while (n < 0 && errno == EINTR);
    return n;
}

static bool read_start(struct spool *spool, const char *name)
{
    while (spool->start_size < sizeof spool->start) {
        ssize_t n = read_some(spool->source, spool->start + spool->start_size, sizeof spool->start - spool->start_size);
        if (n < 0)
            return znn_say_error(name, "could not read: %s", strerror(errno));
        if (n == 0)
            break;
        spool->start_size += (unsigned)n;
    }
    return true;
}

/* A file without a name, where temporary files belong. */
static int open_unlinked(void)
{
    char path[4096];
    const char *folder = getenv("TMPDIR");
    int n = snprintf(path, sizeof path, "%s/znn-spool-XXXXXX", folder && *folder ? folder : "/tmp");
    if (n < 0 || (size_t)n >= sizeof path) {
        errno = ENAMETOOLONG;
        return -1;
    }
    int fd = mkstemp(path);
    if (fd >= 0)
        unlink(path);
    return fd;
}

static bool write_all(struct spool *spool, const char *data, size_t size)
{
    while (size > 0) {
        ssize_t n = write(spool->file, data, size);
        if (n < 0 && errno != EINTR)
            return false;
        if (n > 0) {
            data += n;
            size -= (size_t)n;
            spool->size += (uint64_t)n;
        }
    }
    return true;
}

static bool copy(struct spool *spool, const char *name, uint64_t limit)
{
    char piece[PIECE];
    while (!spool->complete && spool->size < limit) {
        size_t size = limit - spool->size < PIECE ? (size_t)(limit - spool->size) : PIECE;
        ssize_t n = read_some(spool->source, piece, size);
        if (n < 0)
            return znn_say_error(name, "could not read: %s", strerror(errno));
        spool->complete = n == 0;
        if (!write_all(spool, piece, (size_t)n))
            return znn_say_error(name, "could not write to a temporary file: %s; set TMPDIR to a folder with more room",
                                 strerror(errno));
    }
    return true;
}

bool znn_spool_open(struct spool *spool, int source, const char *name, uint64_t limit)
{
    *spool = (struct spool){.source = source, .file = -1};
    if (!read_start(spool, name))
        return false;
    if (!is_zip(spool) || limit < sizeof spool->start)
        return true;
    spool->file = open_unlinked();
    if (spool->file < 0)
        return znn_say_error(name, "could not make a temporary file: %s; set TMPDIR to a folder that can be written",
                             strerror(errno));
    if (!write_all(spool, (const char *)spool->start, spool->start_size))
        return znn_say_error(name, "could not write to a temporary file: %s", strerror(errno));
    if (!copy(spool, name, limit))
        return false;
    if (!spool->complete)
        znn_say_note(name, "a zip file larger than the spool limit, so compressed as plain bytes; see --spool-limit");
    return true;
}

/* First what was taken from the stream already, then the rest of it. */
static ptrdiff_t read_again(void *context, void *data, size_t size)
{
    struct spool *spool = context;
    uint64_t taken = spool->file >= 0 ? spool->size : spool->start_size;
    if (spool->given == taken)
        return read_some(spool->source, data, size);
    size_t left = taken - spool->given < size ? (size_t)(taken - spool->given) : size;
    ssize_t n = (ssize_t)left;
    if (spool->file >= 0)
        n = pread(spool->file, data, left, (off_t)spool->given);
    else
        memcpy(data, spool->start + spool->given, left);
    if (n > 0)
        spool->given += (uint64_t)n;
    return n;
}

struct znn_input znn_spool_input(struct spool *spool)
{
    if (spool->complete)
        return znn_input_fd(spool->file);
    return (struct znn_input){.context = spool, .size = ZNN_SIZE_UNKNOWN, .read = read_again};
}

void znn_spool_close(struct spool *spool)
{
    if (spool->file >= 0)
        close(spool->file);
    spool->file = -1;
}

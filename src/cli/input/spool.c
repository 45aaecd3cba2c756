/*
 * spool.c - copies a stream whose directory is at its end to a temporary file
 */
#include "cli/input/spool.h"

#include "cli/say/message.h"
#include "cli/system/open_file.h"
#include "cli/system/temporary.h"

#include <errno.h>
#include <string.h>

#define PIECE ((size_t)1 << 16)

static bool is_zip(const struct spool *spool)
{
    return spool->start_size == 4 && memcmp(spool->start, "PK\3\4", 4) == 0;
}

/* Reads from the stream until it ends. */
static ptrdiff_t read_some(struct spool *spool, void *data, size_t size)
{
    ptrdiff_t n = spool->has_ended ? 0 : znn_file_read(spool->source, data, size);
    spool->has_ended = n == 0;
    return n;
}

static bool read_start(struct spool *spool, const char *name)
{
    while (spool->start_size < sizeof spool->start && !spool->has_ended) {
        ptrdiff_t n = read_some(spool, spool->start + spool->start_size, sizeof spool->start - spool->start_size);
        if (n < 0)
            return znn_say_system_error(name, "read", errno, "");
        spool->start_size += (unsigned)n;
    }
    return true;
}

int znn_spool_unlinked(void)
{
    return znn_temporary_unnamed(znn_temporary_directory());
}

static bool write_all(struct spool *spool, const void *data, size_t size)
{
    spool->size += size;
    return znn_file_write(spool->file, data, size);
}

/* Copies up to one byte more than the limit, to see whether the limit is exceeded. */
static bool copy(struct spool *spool, const char *name, uint64_t limit)
{
    char piece[PIECE];
    memcpy(piece, spool->start, spool->start_size);
    ptrdiff_t n = (ptrdiff_t)spool->start_size;
    for (;;) {
        if (!write_all(spool, piece, (size_t)n))
            return znn_say_system_error(
                name, "write to a temporary file", errno,
                "; set TMPDIR to a directory with more space, or turn this off with --spool-limit 0");
        if (spool->has_ended || spool->size > limit)
            return true;
        n = read_some(spool, piece, limit - spool->size < PIECE ? (size_t)(limit - spool->size) + 1 : PIECE);
        if (n < 0)
            return znn_say_system_error(name, "read", errno, "");
    }
}

bool znn_spool_open(struct spool *spool, int source, const char *name, uint64_t limit)
{
    *spool = (struct spool){.source = source, .file = -1};
    if (!read_start(spool, name))
        return false;
    if (!is_zip(spool) || limit < spool->start_size)
        return true;
    spool->file = znn_spool_unlinked();
    if (spool->file < 0)
        return znn_say_system_error(name, "make a temporary file", errno,
                                    "; set TMPDIR to a writable directory, or turn this off with --spool-limit 0");
    if (!copy(spool, name, limit))
        return false;
    if (!spool->has_ended)
        znn_say_note(
            name, "is a zip file larger than the spool limit, so it is compressed as plain bytes; see --spool-limit");
    return true;
}

/* What a callback of the library returns for a system call that read `n` bytes, or failed. */
static ptrdiff_t code_of(ptrdiff_t n)
{
    return n > 0 ? n : n == 0 ? ZNN_CALLBACK_END : ZNN_CALLBACK_ERRNO(errno);
}

/* First what was taken from the stream already, then the rest of it. */
static ptrdiff_t read_again(void *context, void *data, size_t size)
{
    struct spool *spool = context;
    uint64_t taken = spool->file >= 0 ? spool->size : spool->start_size;
    if (spool->given == taken)
        return code_of(read_some(spool, data, size));
    size_t left = taken - spool->given < size ? (size_t)(taken - spool->given) : size;
    ptrdiff_t n = (ptrdiff_t)left;
    if (spool->file >= 0)
        n = znn_file_read_at(spool->file, data, left, spool->given);
    else
        memcpy(data, spool->start + spool->given, left);
    if (n > 0)
        spool->given += (uint64_t)n;
    return code_of(n);
}

struct znn_input znn_spool_input(struct spool *spool)
{
    if (spool->file >= 0 && spool->has_ended) {
        struct znn_input input = znn_input_fd(spool->file);
        if (input.read_at) /* if not, its kind is unknown, and reading it as a stream would continue past its end */
            return input;
    }
    return (struct znn_input){.context = spool, .size = ZNN_SIZE_UNKNOWN, .read = read_again};
}

void znn_spool_close(struct spool *spool)
{
    if (spool->file >= 0)
        znn_file_close(spool->file);
    spool->file = -1;
}

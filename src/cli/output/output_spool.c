/*
 * output_spool.c - makes the output to a pipe readable again
 */
#include "cli/output/output_spool.h"

#include "cli/input/spool.h"
#include "cli/say/message.h"
#include "cli/system/open_file.h"

#include <errno.h>
#include <string.h>

void znn_output_spool_start(struct output_spool *spool, struct znn_output inner, uint64_t limit)
{
    *spool = (struct output_spool){.inner = inner, .file = -1, .limit = limit};
}

static int keep(void *context)
{
    struct output_spool *spool = context;
    spool->asked = true;
    if (spool->limit > 0)
        spool->file = znn_spool_unlinked();
    else
        errno = EFBIG;
    if (spool->file < 0)
        spool->reason = errno;
    return spool->file < 0 ? ZNN_CALLBACK_FAILED : ZNN_CALLBACK_DONE;
}

/* Writes the copy first: bytes that do not fit into the copy could not be read back. */
static bool write_copy(struct output_spool *spool, const void *data, size_t size)
{
    if (size > spool->limit - spool->size) {
        errno = EFBIG;
        return false;
    }
    spool->size += size;
    return znn_file_write(spool->file, data, size);
}

static ptrdiff_t forward_write(void *context, const void *data, size_t size)
{
    struct output_spool *spool = context;
    if (spool->file >= 0 && !write_copy(spool, data, size)) {
        spool->reason = errno;
        return ZNN_CALLBACK_ERRNO(spool->reason);
    }
    return spool->inner.write(spool->inner.context, data, size);
}

static ptrdiff_t read_copy(void *context, void *data, size_t size, uint64_t offset)
{
    struct output_spool *spool = context;
    ptrdiff_t n = znn_file_read_at(spool->file, data, size, offset);
    return n > 0 ? n : n == 0 ? ZNN_CALLBACK_END : ZNN_CALLBACK_ERRNO(errno);
}

struct znn_output znn_output_spool_for_library(struct output_spool *spool)
{
    return (struct znn_output){.context = spool, .write = forward_write, .read_at = read_copy, .keep = keep};
}

bool znn_output_spool_explain(const struct output_spool *spool, const char *name)
{
    if (!spool->asked || !spool->reason)
        return false;
    if (spool->reason == EFBIG)
        znn_say_error(name, "has repeats, which need a temporary file larger than the spool "
                            "limit; raise --spool-limit, or name a file as input or output");
    else
        znn_say_error(name,
                      "has repeats, but writing a temporary file failed: %s; set TMPDIR to a directory with more "
                      "space, or name a file as input or output",
                      strerror(spool->reason));
    return true;
}

void znn_output_spool_close(struct output_spool *spool)
{
    if (spool->file >= 0)
        znn_file_close(spool->file);
    spool->file = -1;
}

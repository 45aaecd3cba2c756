/*
 * model_file.c - is this file a model?
 */
#include "cli/input/model_file.h"

#include "cli/flags/names.h"
#include "cli/input/input_file.h"
#include "cli/system/file_status.h"
#include "cli/system/open_file.h"
#include "znn.h"

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct start {
    unsigned char bytes[ZNN_PROBE_SIZE];
    size_t size;
    uint64_t file_size;
};

/* Does not wait where the file has just become a FIFO. */
static bool read_start(const char *path, struct start *start)
{
    struct file_status status;
    int fd = znn_file_open(path, OPEN_AT_ONCE);
    if (fd < 0)
        return false;
    ptrdiff_t got = znn_file_status_open(fd, &status) ? znn_file_read_at(fd, start->bytes, ZNN_PROBE_SIZE, 0) : -1;
    int reason = errno;
    znn_file_close(fd);
    errno = reason;
    start->size = got < 0 ? 0 : (size_t)got;
    start->file_size = got < 0 ? 0 : status.size;
    return got >= 0;
}

enum model_verdict znn_model_file_judge(const char *path)
{
    struct start start = {.size = 0};
    if (znn_names_is_model(path))
        return MODEL_YES;
    if (!read_start(path, &start))
        return MODEL_UNREADABLE;
    struct znn_probe probe = ZNN_INIT(struct znn_probe);
    znn_probe_bytes(start.bytes, start.size, start.file_size, &probe);
    return probe.kind == ZNN_KIND_MODEL ? MODEL_YES : MODEL_NO;
}

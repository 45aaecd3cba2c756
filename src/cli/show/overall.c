/*
 * overall.c - tracks the progress of a command with several files
 */
#include "cli/show/overall.h"

#include "cli/system/file_status.h"

static uint64_t size_of(const struct file_status *status)
{
    return status->kind == FILE_REGULAR && status->size > 0 ? status->size : 0;
}

void znn_overall_expect(struct overall *overall, const struct file_status *status)
{
    overall->count++;
    overall->total += size_of(status);
    overall->is_unknown |= status->kind != FILE_REGULAR;
}

void znn_overall_next(struct overall *overall, const struct file_status *status)
{
    overall->number++;
    if (overall->count > 1 &&
        overall->number > overall->count) /* a hard link that has to be compressed or decompressed after all */
        overall->count = overall->number;
    overall->done += overall->size;
    overall->size = size_of(status);
}

bool znn_overall_left(const struct overall *overall, uint64_t read, uint64_t nanoseconds, uint64_t *left)
{
    uint64_t done = overall->done + read;
    if (overall->is_unknown || done == 0 || done > overall->total)
        return false;
    *left = (uint64_t)((double)(overall->spent + nanoseconds) * ((double)overall->total / (double)done - 1));
    return true;
}

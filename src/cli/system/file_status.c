/*
 * file_status.c - compares what the system knows about files
 */
#include "cli/system/file_status.h"

bool znn_file_is_directory(const char *path)
{
    struct file_status status;
    return znn_file_status(path, &status) && status.kind == FILE_DIRECTORY;
}

int znn_file_id_compare(const struct file_id *a, const struct file_id *b)
{
    if (a->device != b->device)
        return a->device < b->device ? -1 : 1;
    return (a->number > b->number) - (a->number < b->number);
}

static bool is_same_time(const struct file_time *a, const struct file_time *b)
{
    return a->seconds == b->seconds && a->nanoseconds == b->nanoseconds;
}

bool znn_file_is_same(const struct file_status *a, const struct file_status *b)
{
    return znn_file_id_compare(&a->id, &b->id) == 0;
}

bool znn_file_is_same_content(const struct file_status *a, const struct file_status *b)
{
    return znn_file_is_same(a, b) && a->size == b->size && is_same_time(&a->modified, &b->modified);
}

bool znn_file_is_untouched(const struct file_status *a, const struct file_status *b)
{
    return znn_file_is_same_content(a, b) && is_same_time(&a->changed, &b->changed);
}

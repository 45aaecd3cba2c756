/*
 * link_file.c - outputs that are links to other outputs
 */
#include "cli/link_file.h"

#include "cli/message.h"
#include "cli/names.h"
#include "cli/signals.h"
#include "cli/sync.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* Attempts to find a free temporary name. */
enum { ATTEMPTS = 100 };

/* What is to be made. */
struct plan {
    const char *text;
    const char *existing;
};

static bool say_exists(const char *path)
{
    return znn_say_error(path, "exists already; use -f to replace it, or -o to write another file");
}

static bool was_written(const struct written *written, const struct stat *status)
{
    for (size_t i = 0; i < written->count; i++)
        if (written->files[i].device == status->st_dev && written->files[i].inode == status->st_ino)
            return true;
    return false;
}

bool znn_link_file_may(const struct batch *batch, const char *path)
{
    struct stat status;
    if (lstat(path, &status) != 0)
        return true;
    if (!batch->settings->force)
        return say_exists(path);
    if (!S_ISREG(status.st_mode) && !S_ISLNK(status.st_mode))
        return znn_say_error(path,
                             "exists and is no regular file, so that even -f does not replace it; use -o to write "
                             "another file");
    if (was_written(&batch->written, &status))
        return znn_say_error(path, "was just made from another input, and is kept; use -o to write another file");
    return true;
}

static bool make(const struct plan *plan, const char *path)
{
    return (plan->text ? symlink(plan->text, path) : link(plan->existing, path)) == 0;
}

/* "dir/name" -> "dir/.name.tmp-XXXXXX", with other letters each time. */
static void name_temporary(char *temporary, size_t capacity, const char *path)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    uint64_t number = (uint64_t)now.tv_nsec * UINT64_C(2654435761) ^ (uint64_t)getpid() << 16 ^ (uint64_t)now.tv_sec;
    char letters[7] = "";
    for (size_t i = 0; i < 6; i++, number /= 36)
        letters[i] = "abcdefghijklmnopqrstuvwxyz0123456789"[number % 36];
    const char *base = znn_names_base(path);
    snprintf(temporary, capacity, "%.*s.%.100s.tmp-%s", (int)(base - path), path, base, letters);
}

/* Makes it under a temporary name and gives it its final one.  False with errno set. */
static bool replace(const struct plan *plan, const char *path)
{
    size_t capacity = strlen(path) + sizeof "..tmp-XXXXXX";
    char *temporary = malloc(capacity);
    bool is_made = false;
    znn_signals_hold();
    for (int i = 0; temporary && i < ATTEMPTS && !is_made && (i == 0 || errno == EEXIST); i++) {
        name_temporary(temporary, capacity, path);
        is_made = make(plan, temporary);
    }
    bool fine = is_made && rename(temporary, path) == 0;
    int reason = errno;
    if (is_made && !fine)
        unlink(temporary);
    znn_signals_release();
    free(temporary);
    errno = reason;
    return fine;
}

/* Hard links are denied across file systems, to too many names, by some file systems, and by a sandbox. */
static bool is_impossible(int reason)
{
    return reason == EXDEV || reason == EPERM || reason == EMLINK || reason == EOPNOTSUPP || reason == ENOSYS ||
           reason == EACCES;
}

static bool remember(struct batch *batch, const char *path)
{
    struct stat status;
    if (!znn_batch_reserve(&batch->written))
        return false;
    if (lstat(path, &status) == 0)
        batch->written.files[batch->written.count++] = (struct file_identity){status.st_dev, status.st_ino};
    return true;
}

/* Then an earlier run has made the hard link, and rename() would leave both names. */
static bool is_same_file(const char *a, const char *b, struct stat *status)
{
    struct stat other;
    return lstat(a, status) == 0 && lstat(b, &other) == 0 && status->st_dev == other.st_dev &&
           status->st_ino == other.st_ino;
}

enum link_result znn_link_file(struct batch *batch, const char *path, const char *text, const char *existing)
{
    const struct plan plan = {text, existing};
    struct stat status;
    bool is_there = !text && is_same_file(path, existing, &status) && !was_written(&batch->written, &status);
    if (!is_there && !znn_link_file_may(batch, path))
        return LINK_FAILED;
    bool replaces = !is_there && lstat(path, &status) == 0;
    if (!is_there && !(replaces ? replace(&plan, path) : make(&plan, path))) {
        int reason = errno;
        if (reason == EEXIST)
            say_exists(path);
        else if (!text && is_impossible(reason))
            return LINK_IMPOSSIBLE;
        else
            znn_say_system_error(path, "create this link", reason, "");
        return LINK_FAILED;
    }
    bool fine = remember(batch, path) && (!batch->settings->remove_source || znn_sync_name(path));
    return fine ? LINK_MADE : LINK_FAILED;
}

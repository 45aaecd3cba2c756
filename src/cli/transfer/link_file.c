/*
 * link_file.c - makes outputs that are links to other outputs
 */
#include "cli/transfer/link_file.h"

#include "cli/output/sync.h"
#include "cli/say/message.h"
#include "cli/system/file_status.h"
#include "cli/system/lock.h"
#include "cli/system/name.h"
#include "cli/system/open_file.h"
#include "cli/system/signals.h"
#include "cli/system/temporary.h"

#include <errno.h>
#include <stdlib.h>

/* Attempts to find a free temporary name. */
enum { ATTEMPTS = 100 };

/* The link to make: a symbolic link with this text, or another name of an existing file. */
struct new_link {
    const char *text;
    const char *existing;
};

static bool say_exists(const char *path)
{
    return znn_say_error(path, "exists already; use -f to replace it, or -o to write another file");
}

bool znn_link_file_may(const struct batch *batch, const char *path)
{
    struct file_status status;
    if (!znn_file_status_itself(path, &status))
        return true;
    if (!batch->settings->target.force)
        return say_exists(path);
    if (status.kind != FILE_REGULAR && status.kind != FILE_LINK)
        return znn_say_error(path, "exists and is not a regular file, so even -f does not replace it; use -o to write "
                                   "another file");
    if (znn_spared_has(&batch->written.files, &status))
        return znn_say_error(path, "was just made from another input, and is kept; use -o to write another file");
    if (znn_spared_has(&batch->inputs, &status) || znn_base_chain_has_status(&batch->base, &status))
        return znn_say_error(path, "is an input or the base of this command, and is kept; use -o to write "
                                   "another file");
    return true;
}

static bool make(const struct new_link *link, const char *path)
{
    return link->text ? znn_name_make_link(link->text, path) : znn_name_add(link->existing, path);
}

/* Makes the link under a temporary name and gives it its final one.  Returns false with errno set if this fails. */
static bool replace(const struct new_link *link, const char *path)
{
    char *temporary = NULL;
    bool is_made = false;
    znn_signals_hold();
    for (int i = 0; i < ATTEMPTS && !is_made && (i == 0 || errno == EEXIST); i++) {
        free(temporary);
        temporary = znn_temporary_name(path);
        is_made = temporary && make(link, temporary);
    }
    bool fine = is_made && znn_name_replace(temporary, path);
    int reason = errno;
    if (is_made && !fine)
        znn_name_remove(temporary);
    znn_signals_release();
    free(temporary);
    errno = reason;
    return fine;
}

/* Hard links can be denied across file systems, for too many names, by some file systems, and by a sandbox. */
static bool is_impossible(int reason)
{
    return reason == EXDEV || reason == EPERM || reason == EMLINK || reason == EOPNOTSUPP || reason == ENOSYS ||
           reason == EACCES;
}

static bool remember(struct batch *batch, const char *path)
{
    struct file_status status;
    return !znn_file_status_itself(path, &status) || znn_spared_add(&batch->written.files, &status) ||
           znn_say_memory_error(path);
}

/* In this case an earlier run has made the hard link, and rename() would leave both names. */
static bool is_same_file(const char *a, const char *b, struct file_status *status)
{
    struct file_status other;
    return znn_file_status_itself(a, status) && znn_file_status_itself(b, &other) && znn_file_is_same(status, &other);
}

static bool say_taken(const char *path)
{
    return znn_say_error(path, "was made or replaced by another program meanwhile, and is kept");
}

/* Makes the link while the file with its name is locked, if possible.  `replaces` says whether there is such a file. */
static enum link_result link_locked(struct batch *batch, const char *path, const char *text, const char *existing,
                                    bool replaces)
{
    const struct new_link link = {text, existing};
    struct file_status status;
    bool is_there = !text && is_same_file(path, existing, &status) && !znn_spared_has(&batch->written.files, &status);
    if (!is_there && !znn_link_file_may(batch, path))
        return LINK_FAILED;
    if (!is_there && !(replaces ? replace(&link, path) : make(&link, path))) {
        int reason = errno;
        if (reason == EEXIST && batch->settings->target.force)
            say_taken(path);
        else if (reason == EEXIST)
            say_exists(path);
        else if (!text && is_impossible(reason))
            return LINK_IMPOSSIBLE;
        else
            znn_say_system_error(path, "create this link", reason, "");
        return LINK_FAILED;
    }
    bool fine = remember(batch, path) && (!batch->settings->target.remove_source || znn_sync_name(path));
    return fine ? LINK_MADE : LINK_FAILED;
}

/*
 * Locks the file that has the name before examining it, so that no other znn replaces it.  A file that cannot be read
 * is replaced without a lock.
 */
static bool lock_standing(const char *path, int fd, const struct file_status *standing)
{
    struct file_status now;
    if (fd >= 0 && znn_lock_exclusive(fd, LOCK_PATIENCE) == LOCK_BUSY)
        return znn_say_error(path, "is in use by another znn and is not replaced; try again later");
    if (fd >= 0 && (!znn_file_status_open(fd, &now) || !znn_file_is_same_content(&now, standing)))
        return say_taken(path);
    if (!znn_file_status_itself(path, &now) || !znn_file_is_same_content(&now, standing))
        return say_taken(path);
    return true;
}

enum link_result znn_link_file(struct batch *batch, const char *path, const char *text, const char *existing)
{
    struct file_status standing;
    bool replaces = batch->settings->target.force && znn_file_status_itself(path, &standing);
    int fd = replaces ? znn_file_open(path, OPEN_ITSELF) : -1;
    enum link_result result = LINK_FAILED;
    if (!replaces || lock_standing(path, fd, &standing))
        result = link_locked(batch, path, text, existing, replaces);
    if (fd >= 0)
        znn_file_close(fd);
    return result;
}

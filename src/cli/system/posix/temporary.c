/*
 * temporary.c - a file that is written before it gets its name: mkstemp()
 */
#include "cli/system/temporary.h"

#include "cli/system/clock.h"
#include "cli/system/linux/nameless.h"
#include "cli/system/lock.h"
#include "cli/system/name.h"
#include "cli/system/path.h"
#include "cli/system/signals.h"
#include "cli/system/temporary_name.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---------------------------------------------------------------------------------------------------------------- */
/* Making one                                                                                                       */
/* ---------------------------------------------------------------------------------------------------------------- */

static bool create_named(struct temporary *temporary, const char *path)
{
    temporary->path = znn_temporary_template(path);
    if (!temporary->path) {
        errno = ENOMEM;
        return false;
    }
    znn_signals_hold();
    temporary->fd = mkstemp(temporary->path);
    int reason = errno;
    if (temporary->fd >= 0)
        znn_signals_guard(temporary->path);
    znn_signals_release();
    if (temporary->fd >= 0)
        return true;
    free(temporary->path);
    temporary->path = NULL;
    errno = reason;
    return false;
}

bool znn_temporary_create(struct temporary *temporary, const char *path, bool is_new)
{
    *temporary = (struct temporary){.fd = -1};
    char *directory = is_new ? znn_path_directory(path) : NULL;
    if (directory)
        temporary->fd = znn_nameless_open(directory);
    free(directory);
    if (temporary->fd < 0 && !create_named(temporary, path))
        return false;
    znn_lock_exclusive(temporary->fd, 0); /* cannot be busy; if the file system has no locks, works without */
    return true;
}

const char *znn_temporary_directory(void)
{
    const char *given = getenv("TMPDIR");
    return given && *given ? given : "/tmp";
}

int znn_temporary_unnamed(const char *directory)
{
    int fd = znn_nameless_open(directory);
    char *path = fd < 0 ? znn_path_below(directory, "spool") : NULL;
    char *template = path ? znn_temporary_template(path) : NULL;
    free(path);
    if (!template)
        return fd;
    znn_signals_hold();
    fd = mkstemp(template);
    int reason = errno;
    if (fd >= 0)
        znn_name_remove(template);
    znn_signals_release();
    free(template);
    errno = reason;
    return fd;
}

/* There is no mkstemp() for links.  The letters need not be unpredictable, because nothing is replaced. */
char *znn_temporary_name(const char *path)
{
    char *name = znn_temporary_template(path);
    uint64_t number = znn_clock_now() * UINT64_C(2654435761) ^ (uint64_t)getpid() << 16;
    char *letters = name ? name + strlen(name) - TEMPORARY_RANDOM : NULL;
    for (size_t i = 0; letters && i < TEMPORARY_RANDOM; i++, number /= 36)
        letters[i] = "abcdefghijklmnopqrstuvwxyz0123456789"[number % 36];
    return name;
}

/* ---------------------------------------------------------------------------------------------------------------- */
/* Giving it a name, or removing it                                                                                 */
/* ---------------------------------------------------------------------------------------------------------------- */

static void forget_path(struct temporary *temporary)
{
    free(temporary->path);
    temporary->path = NULL;
}

/* Gives the file its final name.  Without `replaces` that name must be free. */
static bool move(struct temporary *temporary, const char *path, bool replaces)
{
    znn_signals_hold();
    bool fine = replaces ? znn_name_replace(temporary->path, path) : znn_name_move(temporary->path, path);
    int reason = errno;
    if (fine)
        znn_signals_guard(NULL);
    znn_signals_release();
    if (fine)
        forget_path(temporary);
    errno = reason;
    return fine;
}

bool znn_temporary_link(struct temporary *temporary, const char *path)
{
    return temporary->path ? move(temporary, path, false) : znn_nameless_link(temporary->fd, path);
}

bool znn_temporary_rename(struct temporary *temporary, const char *path)
{
    return move(temporary, path, true);
}

void znn_temporary_remove(struct temporary *temporary)
{
    if (!temporary->path)
        return;
    znn_signals_hold();
    znn_name_remove(temporary->path);
    znn_signals_guard(NULL);
    znn_signals_release();
    forget_path(temporary);
}

/*
 * temporary.c - a file that is written before it gets its name
 */
#define _GNU_SOURCE /* O_TMPFILE and renameat2() */
#include "cli/input/temporary.h"

#include "cli/input/lock.h"
#include "cli/input/signals.h"
#include "cli/system/path.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define MARK ".znn-tmp-"
#define RANDOM "XXXXXX"

/* The part of the final name that a temporary name shows.  The whole name stays well within the limits of file
 * systems. */
#define SHOWN_MAX 100

/* In seconds.  A file in use is changed more often, unless its input is a pipe that pauses. */
#define LEFTOVER_AGE 3600

/* ---------------------------------------------------------------------------------------------------------------- */
/* Making one                                                                                                       */
/* ---------------------------------------------------------------------------------------------------------------- */

#ifdef O_TMPFILE

/* The path by which a nameless file can be linked to a name. */
struct handle {
    char path[40];
};

static struct handle handle_of(int fd)
{
    struct handle handle;
    snprintf(handle.path, sizeof handle.path, "/proc/self/fd/%d", fd);
    return handle;
}

static int open_nameless(const char *directory)
{
    int fd = open(directory, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (fd < 0 || access(handle_of(fd).path, F_OK) == 0)
        return fd;
    close(fd); /* without /proc it could never get a name */
    return -1;
}

static bool link_nameless(int fd, const char *path)
{
    return linkat(AT_FDCWD, handle_of(fd).path, AT_FDCWD, path, AT_SYMLINK_FOLLOW) == 0;
}

#else

static int open_nameless(const char *directory)
{
    (void)directory;
    return -1;
}

static bool link_nameless(int fd, const char *path)
{
    (void)fd;
    (void)path;
    errno = ENOTSUP;
    return false;
}

#endif

/* "dir/name" -> "dir/.name.znn-tmp-XXXXXX" */
static char *make_template(const char *path)
{
    const char *base = znn_path_base(path);
    size_t shown = strlen(base);
    if (shown > SHOWN_MAX)
        for (shown = SHOWN_MAX; shown > 0 && ((unsigned char)base[shown] & 0xc0) == 0x80;)
            shown--; /* some file systems require whole characters */
    size_t capacity = strlen(path) + sizeof "." MARK RANDOM;
    char *template = malloc(capacity);
    if (template)
        snprintf(template, capacity, "%.*s.%.*s" MARK RANDOM, (int)(base - path), path, (int)shown, base);
    return template;
}

static bool create_named(struct temporary *temporary, const char *path)
{
    temporary->path = make_template(path);
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
        temporary->fd = open_nameless(directory);
    free(directory);
    if (temporary->fd < 0 && !create_named(temporary, path))
        return false;
    znn_lock_exclusive(temporary->fd, 0); /* cannot be busy; if the file system has no locks, works without */
    return true;
}

int znn_temporary_unnamed(const char *directory)
{
    int fd = open_nameless(directory);
    char *path = fd < 0 ? znn_path_below(directory, ".spool" MARK RANDOM) : NULL;
    if (!path)
        return fd;
    znn_signals_hold();
    fd = mkstemp(path);
    int reason = errno;
    if (fd >= 0)
        unlink(path);
    znn_signals_release();
    free(path);
    errno = reason;
    return fd;
}

/* ---------------------------------------------------------------------------------------------------------------- */
/* Giving it a name, or removing it                                                                                 */
/* ---------------------------------------------------------------------------------------------------------------- */

/* For file systems without hard links. */
static bool rename_to_free(const char *from, const char *path)
{
    struct stat status;
#ifdef RENAME_NOREPLACE
    if (renameat2(AT_FDCWD, from, AT_FDCWD, path, RENAME_NOREPLACE) == 0)
        return true;
    if (errno == EEXIST)
        return false;
#endif
    if (lstat(path, &status) == 0) {
        errno = EEXIST;
        return false;
    }
    return rename(from, path) == 0; /* hoping that nothing appears at this moment */
}

static bool link_named(const char *from, const char *path)
{
    if (link(from, path) != 0)
        return errno != EEXIST && rename_to_free(from, path);
    unlink(from);
    return true;
}

static void forget_path(struct temporary *temporary)
{
    free(temporary->path);
    temporary->path = NULL;
}

/* Gives the file its final name.  Without `replaces` that name must be free. */
static bool move(struct temporary *temporary, const char *path, bool replaces)
{
    znn_signals_hold();
    bool fine = replaces ? rename(temporary->path, path) == 0 : link_named(temporary->path, path);
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
    return temporary->path ? move(temporary, path, false) : link_nameless(temporary->fd, path);
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
    unlink(temporary->path);
    znn_signals_guard(NULL);
    znn_signals_release();
    forget_path(temporary);
}

/* ---------------------------------------------------------------------------------------------------------------- */
/* Leftover files                                                                                                   */
/* ---------------------------------------------------------------------------------------------------------------- */

bool znn_temporary_is_name(const char *name)
{
    static const size_t end = sizeof MARK RANDOM - 1;
    static const char digits[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    size_t size = strlen(name);
    return name[0] == '.' && size > end && strncmp(name + size - end, MARK, sizeof MARK - 1) == 0 &&
           strspn(name + size - (sizeof RANDOM - 1), digits) == sizeof RANDOM - 1;
}

static bool is_leftover(const struct stat *status)
{
    return S_ISREG(status->st_mode) && status->st_uid == geteuid() && status->st_ctime < time(NULL) - LEFTOVER_AGE;
}

/* The lock tells whether a process still writes to the file. */
static void remove_leftover(int directory, const char *name)
{
    struct stat status, now;
    if (fstatat(directory, name, &status, AT_SYMLINK_NOFOLLOW) != 0 || !is_leftover(&status))
        return;
    int fd = openat(directory, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (fd < 0)
        return;
    if (znn_lock_exclusive(fd, 0) == LOCK_TAKEN && fstat(fd, &now) == 0 && now.st_ino == status.st_ino &&
        is_leftover(&now))
        unlinkat(directory, name, 0);
    close(fd);
}

static void sweep(DIR *directory)
{
    struct dirent *found;
    while ((found = readdir(directory)))
        if (znn_temporary_is_name(found->d_name))
            remove_leftover(dirfd(directory), found->d_name);
}

void znn_temporary_sweep(const char *path, struct swept *swept)
{
    struct file_status status;
    char *name = znn_path_directory(path);
    if (name && znn_file_status(name, &status) &&
        !(swept->is_known && znn_file_id_compare(&status.id, &swept->id) == 0)) {
        *swept = (struct swept){.id = status.id, .is_known = true};
        DIR *directory = opendir(name);
        if (directory) {
            sweep(directory);
            closedir(directory);
        }
    }
    free(name);
}

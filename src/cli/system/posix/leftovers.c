/*
 * leftovers.c - removes temporary files that killed processes left behind
 */
#include "cli/system/temporary.h"

#include "cli/system/lock.h"
#include "cli/system/path.h"
#include "cli/system/posix/file_status.h"
#include "cli/system/temporary_name.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

/* In seconds.  A file in use is changed more often, unless its input is a pipe that pauses. */
#define LEFTOVER_AGE 3600

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

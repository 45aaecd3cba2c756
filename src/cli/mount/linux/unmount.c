/*
 * unmount.c - ends a mount with the program that may do so
 *
 * fusermount3 unmounts for every user.  umount is for root, on a machine without fusermount3.
 */
#define _XOPEN_SOURCE 700 /* realpath() */
#include "cli/mount/mount.h"

#include "cli/say/message.h"

#include <errno.h>
#include <mntent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define TABLE "/proc/self/mounts"
#define TYPE "fuse.znn"

/* Returns true if a mount of znn is the last one at this absolute path.  Does not touch the mount, which may be dead.
 */
static bool is_mounted(const char *path)
{
    FILE *table = setmntent(TABLE, "r");
    bool found = false;
    struct mntent *row;
    while (table && (row = getmntent(table)))
        if (strcmp(row->mnt_dir, path) == 0)
            found = strcmp(row->mnt_type, TYPE) == 0;
    if (table)
        endmntent(table);
    return found;
}

/* The directory above is real even if the mount is dead. */
static char *find_path(const char *mountpoint)
{
    char *path = realpath(mountpoint, NULL);
    if (path || errno != ENOTCONN)
        return path;
    char *copy = strdup(mountpoint);
    size_t size = copy ? strlen(copy) : 0;
    while (size > 1 && copy[size - 1] == '/')
        copy[--size] = '\0';
    char *slash = copy ? strrchr(copy, '/') : NULL;
    const char *name = slash ? slash + 1 : copy;
    char *above = !copy ? NULL : realpath(slash == copy ? "/" : slash ? (*slash = '\0', copy) : ".", NULL);
    if (above) {
        path = malloc(strlen(above) + strlen(name) + 2);
        if (path)
            sprintf(path, "%s/%s", strcmp(above, "/") == 0 ? "" : above, name);
    }
    free(above);
    free(copy);
    return path;
}

static bool run(const char *path)
{
    pid_t process = fork();
    if (process == 0) {
        char *fusermount[] = {(char[]){"fusermount3"}, (char[]){"-u"}, (char[]){"--"}, strdup(path), NULL};
        char *umount[] = {(char[]){"umount"}, (char[]){"--"}, strdup(path), NULL};
        execvp(fusermount[0], fusermount);
        execvp(umount[0], umount);
        _exit(127);
    }
    int status = 127;
    if (process > 0)
        while (waitpid(process, &status, 0) < 0 && errno == EINTR)
            ;
    return process > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

bool znn_mount_end(const char *mountpoint)
{
    char *path = find_path(mountpoint);
    bool fine = false;
    if (!path)
        znn_say_system_error(mountpoint, "find", errno, "");
    else if (!is_mounted(path))
        znn_say_error(mountpoint, "is not a mount of znn");
    else if (!run(path))
        znn_say_error(mountpoint, "could not unmount; close the files and leave the directories in it, and try again");
    else
        fine = true;
    free(path);
    return fine;
}

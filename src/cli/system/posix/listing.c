/*
 * listing.c - lists the names in a directory with readdir()
 */
#include "cli/system/listing.h"

#include "cli/system/posix/file_status.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>

bool znn_listing_open(struct listing *listing, const char *path)
{
    listing->system = opendir(path);
    return listing->system;
}

static bool is_step(const char *name)
{
    return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

const char *znn_listing_next(struct listing *listing)
{
    struct dirent *found;
    do {
        errno = 0;
        found = readdir(listing->system);
    } while (found && is_step(found->d_name));
    return found ? found->d_name : NULL;
}

bool znn_listing_status(const struct listing *listing, const char *name, struct file_status *status)
{
    struct stat found;
    return znn_file_status_take(fstatat(dirfd(listing->system), name, &found, 0), &found, status);
}

bool znn_listing_status_itself(const struct listing *listing, const char *name, struct file_status *status)
{
    struct stat found;
    return znn_file_status_take(fstatat(dirfd(listing->system), name, &found, AT_SYMLINK_NOFOLLOW), &found, status);
}

void znn_listing_close(struct listing *listing)
{
    closedir(listing->system);
}

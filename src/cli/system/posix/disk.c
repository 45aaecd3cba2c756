/*
 * disk.c - the disk, with fsync() and fstatvfs()
 */
#include "cli/system/disk.h"

#include "cli/system/open_file.h"
#include "cli/system/path.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/statvfs.h>
#include <unistd.h>

bool znn_disk_write_file(int fd)
{
    return fsync(fd) == 0;
}

bool znn_disk_write_name(const char *path)
{
    char *directory = znn_path_directory(path);
    int fd = directory ? znn_file_open(directory, OPEN_DIRECTORY) : -1;
    free(directory);
    bool fine = fd >= 0 &&
                (fsync(fd) == 0 || errno == EINVAL || errno == EROFS); /* file systems where there is nothing to do */
    int reason = errno;
    if (fd >= 0)
        close(fd);
    errno = reason;
    return fine;
}

uint64_t znn_disk_free(int fd)
{
    struct statvfs status;
    if (fstatvfs(fd, &status) != 0 || status.f_blocks == 0)
        return UINT64_MAX;
    uint64_t blocks = geteuid() == 0 ? status.f_bfree : status.f_bavail;
    uint64_t unit = status.f_frsize ? status.f_frsize : status.f_bsize;
    return blocks > UINT64_MAX / unit ? UINT64_MAX : blocks * unit;
}

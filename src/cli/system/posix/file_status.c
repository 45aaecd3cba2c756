/*
 * file_status.c - asks for the status of files with stat()
 */
#include "cli/system/posix/file_status.h"

#include <unistd.h>

/* The unit of st_blocks. */
#define BLOCK 512

static enum file_kind kind_of(mode_t mode)
{
    return S_ISREG(mode)    ? FILE_REGULAR
           : S_ISDIR(mode)  ? FILE_DIRECTORY
           : S_ISLNK(mode)  ? FILE_LINK
           : S_ISFIFO(mode) ? FILE_FIFO
           : S_ISCHR(mode)  ? FILE_CHARACTER_DEVICE
           : S_ISBLK(mode)  ? FILE_BLOCK_DEVICE
                            : FILE_OTHER;
}

static struct file_time time_of(const struct timespec *time)
{
    return (struct file_time){.seconds = time->tv_sec, .nanoseconds = (int32_t)time->tv_nsec};
}

bool znn_file_status_take(int result, const struct stat *from, struct file_status *status)
{
    if (result != 0)
        return false;
    *status = (struct file_status){
        .id = {.device = from->st_dev, .number = from->st_ino},
        .kind = kind_of(from->st_mode),
        .mode = from->st_mode & 07777,
        .owner = from->st_uid,
        .group = from->st_gid,
        .size = from->st_size > 0 ? (uint64_t)from->st_size : 0,
        .space = (uint64_t)from->st_blocks * BLOCK,
        .names = from->st_nlink,
        .accessed = time_of(&from->st_atim),
        .modified = time_of(&from->st_mtim),
        .changed = time_of(&from->st_ctim),
    };
    return true;
}

bool znn_file_status(const char *path, struct file_status *status)
{
    struct stat found;
    return znn_file_status_take(stat(path, &found), &found, status);
}

bool znn_file_status_itself(const char *path, struct file_status *status)
{
    struct stat found;
    return znn_file_status_take(lstat(path, &found), &found, status);
}

bool znn_file_status_open(int fd, struct file_status *status)
{
    struct stat found;
    return znn_file_status_take(fstat(fd, &found), &found, status);
}

bool znn_file_exists(const char *path)
{
    return access(path, F_OK) == 0;
}

bool znn_file_may_be_read(const char *path)
{
    return access(path, R_OK) == 0;
}

/*
 * metadata.c - copies owner, mode, access list and times with fchown(), fchmod() and futimens()
 */
#include "cli/system/metadata.h"

#include "cli/system/linux/access_list.h"

#include "cli/system/file_status.h"

#include <stdbool.h>
#include <sys/stat.h>
#include <unistd.h>

void znn_metadata_copy_rights(int fd, int source_fd, const struct file_status *source)
{
    unsigned mode = source->mode & 0777;
    bool has_group = fchown(fd, (uid_t)-1, source->group) == 0;
    if (fchown(fd, source->owner, (gid_t)-1) != 0) {
        /* If this fails, the file stays owned by the user who runs the program. */
    }
    if (znn_access_list_copy(fd, source_fd, has_group, &mode))
        return;
    if (!has_group)
        mode &= 0707 | (mode & 0007) << 3;
    (void)fchmod(fd, (mode_t)mode);
}

static struct timespec to_timespec(const struct file_time *time)
{
    return (struct timespec){.tv_sec = (time_t)time->seconds, .tv_nsec = time->nanoseconds};
}

void znn_metadata_copy_times(int fd, const struct file_status *source)
{
    struct timespec times[2] = {to_timespec(&source->accessed), to_timespec(&source->modified)};
    (void)futimens(fd, times);
}

void znn_metadata_set_default(int fd)
{
    mode_t mask = umask(0);
    umask(mask);
    (void)fchmod(fd, 0666 & ~mask);
}

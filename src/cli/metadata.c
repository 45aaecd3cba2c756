/*
 * metadata.c - owner, mode and times, passed on from a source to what is made of it
 */
#include "cli/metadata.h"

#include <unistd.h>

void znn_metadata_copy_rights(int fd, const struct stat *source)
{
    mode_t mode = source->st_mode & 0777;
    if (fchown(fd, (uid_t)-1, source->st_gid) != 0)
        mode &= 0707 | (mode & 0007) << 3;
    if (fchown(fd, source->st_uid, (gid_t)-1) != 0) {
        /* Then it stays the user's who runs the program. */
    }
    (void)fchmod(fd, mode);
}

void znn_metadata_copy_times(int fd, const struct stat *source)
{
    struct timespec times[2] = {source->st_atim, source->st_mtim};
    (void)futimens(fd, times);
}

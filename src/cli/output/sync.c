/*
 * sync.c - writes a new name to the disk
 */
#include "cli/output/sync.h"

#include "cli/say/message.h"
#include "cli/system/path.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

bool znn_sync_name(const char *path)
{
    char *directory = znn_path_directory(path);
    int fd = directory ? open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
    free(directory);
    bool fine = fd >= 0 &&
                (fsync(fd) == 0 || errno == EINVAL || errno == EROFS); /* file systems where there is nothing to do */
    if (!fine)
        znn_say_system_error(path, "write its directory to the disk", errno, "");
    if (fd >= 0)
        close(fd);
    return fine;
}

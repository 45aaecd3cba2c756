/*
 * sync.c - writes a new name to the disk
 */
#include "cli/output/sync.h"

#include "cli/say/message.h"
#include "cli/system/disk.h"

#include <errno.h>

bool znn_sync_name(const char *path)
{
    return znn_disk_write_name(path) || znn_say_system_error(path, "write its directory to the disk", errno, "");
}

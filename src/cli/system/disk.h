/*
 * disk.h - makes files survive a power cut, and tells how much space is free
 *
 * The system keeps new bytes in memory and writes them to the disk later.  Writing a file to the disk does not write
 * its name, which is part of the directory.
 */
#ifndef ZNN_CLI_SYSTEM_DISK_H
#define ZNN_CLI_SYSTEM_DISK_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Write an open file to the disk, or the directory of `path`.  Return false with errno set if this fails.
 */
bool znn_disk_write_file(int fd);
bool znn_disk_write_name(const char *path);

/*
 * Returns how many bytes this user may still write to the file system of an open file or directory, or UINT64_MAX if
 * the file system does not tell.
 */
uint64_t znn_disk_free(int fd);

#endif

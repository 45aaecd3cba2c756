/*
 * sync.h - writes a new name to the disk
 *
 * Writing a file to the disk does not write its name, which is part of the directory.
 */
#ifndef ZNN_CLI_OUTPUT_SYNC_H
#define ZNN_CLI_OUTPUT_SYNC_H

#include <stdbool.h>

/*
 * Writes the directory of `path` to the disk.  Returns false if this fails, which is reported.
 */
bool znn_sync_name(const char *path);

#endif

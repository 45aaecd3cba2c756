/*
 * sync.h - a new name, safely on the disk
 *
 * Writing a file to the disk does not write its name there: that is part of the directory.
 */
#ifndef ZNN_CLI_OUTPUT_SYNC_H
#define ZNN_CLI_OUTPUT_SYNC_H

#include <stdbool.h>

/*
 * Writes the directory in which `path` stands to the disk.  Returns false, having said why, if that failed.
 */
bool znn_sync_name(const char *path);

#endif

/*
 * exclude.h - files and directories that --exclude leaves out
 *
 *     *.tmp          every file or directory below the operand with such a name, and an operand that is called so
 *     runs/old       the same, where the path below the operand is runs/old or ends in /runs/old
 *     /runs          only what lies directly below the operand
 *     cache/         directories only
 *
 * The wildcards are those of glob.h: * also stands for slashes, as in tar.  Nothing below an excluded directory is
 * looked at.
 */
#ifndef ZNN_CLI_FLAGS_EXCLUDE_H
#define ZNN_CLI_FLAGS_EXCLUDE_H

#include "cli/flags/args.h"

/*
 * True if one of the patterns leaves out the file or directory with the path `below` the operand: "a/x.bin".  The
 * caller asks about the directories above it first.
 */
bool znn_exclude(const struct patterns *patterns, const char *below, bool is_directory);

/*
 * The same for an operand.  A pattern with a slash at its start or in its middle means what is below operands.
 */
bool znn_exclude_operand(const struct patterns *patterns, const char *operand, bool is_directory);

#endif

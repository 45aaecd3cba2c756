/*
 * exclude.h - matches files and directories against --exclude
 *
 *     *.tmp          every file or directory below the operand with such a name, and an operand with such a name
 *     runs/old       every file or directory whose path below the operand is runs/old or ends in /runs/old
 *     /runs          only directly below the operand
 *     cache/         directories only
 *
 * The wildcards are those of glob.h: * also matches slashes, as in tar.  Everything below an excluded directory is
 * excluded.
 */
#ifndef ZNN_CLI_FLAGS_EXCLUDE_H
#define ZNN_CLI_FLAGS_EXCLUDE_H

#include "cli/flags/args.h"

/*
 * Returns true if a pattern excludes the file or directory with the path `below` the operand: "a/x.bin".  The caller
 * asks about the directories above it first.
 */
bool znn_exclude(const struct patterns *patterns, const char *below, bool is_directory);

/*
 * Like znn_exclude(), for an operand.  Patterns with a slash at the start or in the middle do not apply to operands.
 */
bool znn_exclude_operand(const struct patterns *patterns, const char *operand, bool is_directory);

#endif

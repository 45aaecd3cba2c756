/*
 * range.h - decompress --range: writes some bytes of the original
 */
#ifndef ZNN_CLI_COMMANDS_RANGE_H
#define ZNN_CLI_COMMANDS_RANGE_H

#include "cli/flags/args.h"

/*
 * Writes the range of each operand to standard output, or to the file given with -o.  Returns the exit code.
 */
int znn_range_decompress(struct settings *settings);

#endif

/*
 * salvage.h - decompress --salvage: what is intact in damaged .znn files
 */
#ifndef ZNN_CLI_COMMANDS_SALVAGE_H
#define ZNN_CLI_COMMANDS_SALVAGE_H

#include "cli/transfer/transfer.h"

/*
 * Writes what is intact in the open file `input` to `output`, or to standard output where that is NULL, and says what
 * is not.  Returns false if anything is wrong with the file, or could not be written.
 */
bool znn_salvage_file(struct batch *batch, const struct input_file *input, const char *output);

#endif

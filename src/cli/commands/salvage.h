/*
 * salvage.h - decompress --salvage: writes the intact parts of damaged .znn files
 */
#ifndef ZNN_CLI_COMMANDS_SALVAGE_H
#define ZNN_CLI_COMMANDS_SALVAGE_H

#include "cli/transfer/transfer.h"

/*
 * Writes the intact parts of the open file `input` to `output`, or to standard output if it is NULL, and reports the
 * damage.  Returns false if the file is damaged or could not be written.
 */
bool znn_salvage_file(struct batch *batch, const struct input_file *input, const char *output);

#endif

/*
 * operands.h - decides from the whole command line where bytes come from and go to
 *
 *     input      output            without -o or -c      -o OUT      -c
 *     FILE       is                beside FILE           OUT         standard output
 *     -          is                standard output       OUT         standard output
 *     FILE       is                beside FILE           in OUT, if that ends in a slash or is a directory
 *     FILE       is, with -r       beside FILE           in OUT
 *     DIR        all below it      beside each           below OUT
 *
 * Command lines that make no sense are rejected before anything is read: two inputs into one .znn file, compressed data
 * to or from a terminal, or removing an input whose output cannot be checked.
 */
#ifndef ZNN_CLI_FLAGS_OPERANDS_H
#define ZNN_CLI_FLAGS_OPERANDS_H

#include "cli/flags/args.h"

enum direction { COMPRESSING, DECOMPRESSING };

/*
 * Returns true for "-".
 */
bool znn_operand_is_stdin(const char *operand);

/*
 * Returns true for "-" and for any name of standard output, such as /dev/stdout.
 */
bool znn_operand_is_stdout(const char *output);

/*
 * Checks operands and flags against each other.  Afterwards there is at least one operand, and standard output is
 * always expressed by to_stdout, never by -o.  Returns false for wrong usage, which is reported.
 */
bool znn_operands_check(struct settings *settings, enum direction direction);

/*
 * Like znn_operands_check(), for commands that only read files and have no output.
 */
bool znn_operands_check_inputs(struct settings *settings);

#endif

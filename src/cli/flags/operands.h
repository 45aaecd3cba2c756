/*
 * operands.h - where bytes come from and go to, as the command line as a whole says
 *
 *     input      output            without -o or -c      -o OUT      -c
 *     FILE       is                beside FILE           OUT         standard output
 *     -          is                standard output       OUT         standard output
 *     FILE       is                beside FILE           in OUT, if that ends in a slash or is a directory
 *     FILE       is, with -r       beside FILE           in OUT
 *     DIR        all below it      beside each           below OUT
 *
 * What makes no sense is refused before anything is read: two inputs into one .znn file, compressed bytes to or from a
 * terminal, the removal of an input whose output nobody can vouch for.
 */
#ifndef ZNN_CLI_FLAGS_OPERANDS_H
#define ZNN_CLI_FLAGS_OPERANDS_H

#include "cli/flags/args.h"

enum direction { COMPRESSING, DECOMPRESSING };

/*
 * True for "-".
 */
bool znn_operand_is_stdin(const char *operand);

/*
 * True for "-", and for any name of standard output, such as /dev/stdout.
 */
bool znn_operand_is_stdout(const char *output);

/*
 * Checks operands and flags against each other.  Afterwards there is at least one operand, and -o never means standard
 * output (to_stdout does).  Returns false for wrong usage, having said what is wrong.
 */
bool znn_operands_check(struct settings *settings, enum direction direction);

/*
 * The same for commands that only look at files: there is no output.
 */
bool znn_operands_check_inputs(struct settings *settings);

#endif

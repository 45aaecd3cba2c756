/*
 * help.h - prints the text of --help and --version
 *
 * All text comes from the tables of commands and flags.  Each function prints to standard output and returns the exit
 * code, which is EXIT_FAILED if the text could not be written completely.
 */
#ifndef ZNN_CLI_COMMANDS_HELP_H
#define ZNN_CLI_COMMANDS_HELP_H

#include "cli/flags/args.h"

/*
 * Explains a command, or the whole program if `command` is NULL.  The program is always explained at length.
 */
int znn_help_print(const struct command *command, enum help help);

int znn_help_print_version(void);

/*
 * Prints a few lines to standard error for a user who typed only the name of the program.
 */
void znn_help_hint(void);

#endif

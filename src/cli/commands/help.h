/*
 * help.h - what --help and --version print
 *
 * All of it comes from the tables of commands and of flags.  Each function prints to standard output and returns the
 * exit code, EXIT_FAILED where not all could be written.
 */
#ifndef ZNN_CLI_COMMANDS_HELP_H
#define ZNN_CLI_COMMANDS_HELP_H

#include "cli/flags/args.h"

/*
 * Explains a command, or the program where `command` is NULL; the latter always at length.
 */
int znn_help_print(const struct command *command, enum help help);

int znn_help_print_version(void);

/*
 * A few lines on standard error for someone who typed the program's name and nothing else.
 */
void znn_help_hint(void);

#endif

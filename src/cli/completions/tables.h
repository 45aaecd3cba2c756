/*
 * tables.h - the facts that shells need to complete a command line
 *
 * Commands and flags come from commands.c and flags.c.  This room adds the arguments of flags and the operands of
 * commands.
 */
#ifndef ZNN_CLI_COMPLETIONS_TABLES_H
#define ZNN_CLI_COMPLETIONS_TABLES_H

#include "cli/flags/commands.h"
#include "cli/flags/flags.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

enum argument_kind {
    ARGUMENT_NONE, /* the flag takes no argument */
    ARGUMENT_FREE, /* numbers or patterns: nothing to offer */
    ARGUMENT_FILE,
    ARGUMENT_WORDS
};

struct argument {
    enum argument_kind kind;
    const char *(*word)(size_t i); /* of ARGUMENT_WORDS, up to NULL */
};

/*
 * Returns the argument of a flag.
 */
struct argument znn_complete_argument(const struct flag_info *info);

/*
 * Returns the operands of a command: "models", "archives" (.znn files), "both", "tensors" (an archive, then names of
 * tensors in it), "commands" or "files".  The hand-written parts of the completions know these words.
 */
const char *znn_complete_operands(enum command_id id);

/*
 * Returns true if the command `id` takes the flag.
 */
bool znn_complete_takes(enum command_id id, const struct flag_info *info);

/*
 * Each function writes the tables of one shell's completion.
 */
void znn_complete_write_bash(FILE *file);
void znn_complete_write_zsh(FILE *file);
void znn_complete_write_fish(FILE *file);

#endif

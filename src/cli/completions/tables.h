/*
 * tables.h - what shells need to know to complete a command line
 *
 * The commands and flags are those of commands.c and flags.c.  What those do not tell is told here: what the arguments
 * of flags and the operands of commands are.
 */
#ifndef ZNN_CLI_COMPLETIONS_TABLES_H
#define ZNN_CLI_COMPLETIONS_TABLES_H

#include "cli/flags/commands.h"
#include "cli/flags/flags.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

enum argument_kind {
    ARGUMENT_NONE, /* the flag takes none */
    ARGUMENT_FREE, /* numbers, patterns: there is nothing to offer */
    ARGUMENT_FILE,
    ARGUMENT_WORDS
};

struct argument {
    enum argument_kind kind;
    const char *(*word)(size_t i); /* of ARGUMENT_WORDS, up to NULL */
};

/*
 * The argument of a flag.
 */
struct argument znn_complete_argument(const struct flag_info *info);

/*
 * The operands of a command: "models", "archives" (.znn files), "both", "tensors" (an archive, then names of tensors
 * in it), "commands" or "files".  The hand-written parts of the completions know these words.
 */
const char *znn_complete_operands(enum command_id id);

/*
 * True for a flag that is given after the command `id`.
 */
bool znn_complete_takes(enum command_id id, const struct flag_info *info);

/*
 * Each writes the tables that its shell's completion contains.
 */
void znn_complete_write_bash(FILE *file);
void znn_complete_write_zsh(FILE *file);
void znn_complete_write_fish(FILE *file);

#endif

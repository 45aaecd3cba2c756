/*
 * arguments.c - the arguments of flags and the operands of commands
 */
#include "cli/completions/tables.h"

#include "cli/say/values.h"

#include <string.h>

/* By the word that --help uses for the argument.  A new word gets a row here if completion has something to offer. */
static const struct {
    const char *name;
    struct argument argument;
} arguments[] = {
    {"FILE", {ARGUMENT_FILE, NULL}},
    {"DIR", {ARGUMENT_FILE, NULL}},
    {"TYPE", {ARGUMENT_WORDS, znn_value_dtype_word}},
    {"ORDER", {ARGUMENT_WORDS, znn_value_order_word}},
    {"WAY", {ARGUMENT_WORDS, znn_value_rounding_word}},
    {"PLACE", {ARGUMENT_WORDS, znn_value_sign_word}},
    {"FORM", {ARGUMENT_WORDS, znn_value_form_word}},
};

struct argument znn_complete_argument(const struct flag_info *info)
{
    if (!info->argument)
        return (struct argument){ARGUMENT_NONE, NULL};
    for (size_t i = 0; i < sizeof arguments / sizeof *arguments; i++)
        if (strcmp(arguments[i].name, info->argument) == 0)
            return arguments[i].argument;
    return (struct argument){ARGUMENT_FREE, NULL};
}

const char *znn_complete_operands(enum command_id id)
{
    static const char *const operands[COMMAND_COUNT] = {
        [COMMAND_COMPRESS] = "models", [COMMAND_DECOMPRESS] = "archives", [COMMAND_STAT] = "both",
        [COMMAND_LIST] = "archives",   [COMMAND_TEST] = "archives",       [COMMAND_EXTRACT] = "tensors",
        [COMMAND_REBASE] = "archives", [COMMAND_MOUNT] = "archives",      [COMMAND_HELP] = "commands",
    };
    return operands[id] ? operands[id] : "files";
}

bool znn_complete_takes(enum command_id id, const struct flag_info *info)
{
    return info->commands & 1u << id;
}

/*
 * bash.c - writes the tables of znn.bash: variables for its functions
 */
#include "cli/completions/tables.h"

#include "cli/flags/names.h"

static void write_commands(FILE *file)
{
    fputs("_znn_commands='", file);
    for (enum command_id id = 0; id < COMMAND_COUNT; id++)
        fprintf(file, "%s%s", id > 0 ? " " : "", znn_command(id)->name);
    fputs("'\n_znn_extensions='", file);
    for (size_t i = 0; znn_names_extension(i); i++)
        fprintf(file, "%s%s", i > 0 ? "|" : "", znn_names_extension(i));
    fputs("'\n", file);
}

/* Writes all spellings of a flag. */
static void write_spellings(FILE *file, const struct flag_info *info)
{
    for (int letter = info->first; letter && letter <= info->last; letter++)
        fprintf(file, "-%c ", letter);
    if (info->name)
        fprintf(file, "--%s ", info->name);
}

static void write_flags(FILE *file)
{
    fputs("_znn_set_flags() {\n    case $1 in\n", file);
    for (enum command_id id = 0; id < COMMAND_COUNT; id++) {
        fprintf(file, "    %s)\n        operands=%s\n        flags='", znn_command(id)->name,
                znn_complete_operands(id));
        for (enum flag flag = 0; flag < FLAG_COUNT; flag++)
            if (znn_complete_takes(id, znn_flag(flag)))
                write_spellings(file, znn_flag(flag));
        fputs("'\n        ;;\n", file);
    }
    fputs("    '')\n        operands=commands\n        flags='", file);
    for (enum flag flag = 0; flag < FLAG_COUNT; flag++)
        if (znn_flag(flag)->commands == FLAG_EVERYWHERE)
            write_spellings(file, znn_flag(flag));
    fputs("'\n        ;;\n    esac\n}\n", file);
}

static void write_argument(FILE *file, const struct argument *argument)
{
    if (argument->kind == ARGUMENT_WORDS) {
        fputs("words", file);
        for (size_t i = 0; argument->word(i); i++)
            fprintf(file, " %s", argument->word(i));
    } else {
        fputs(argument->kind == ARGUMENT_FILE ? "files" : "free", file);
    }
}

static void write_arguments(FILE *file)
{
    fputs("_znn_set_argument() {\n    case $1 in\n", file);
    for (enum flag flag = 0; flag < FLAG_COUNT; flag++) {
        const struct flag_info *info = znn_flag(flag);
        struct argument argument = znn_complete_argument(info);
        if (argument.kind == ARGUMENT_NONE)
            continue;
        fputs("    ", file);
        if (info->first)
            fprintf(file, "-%c%s", info->first, info->name ? " | " : "");
        if (info->name)
            fprintf(file, "--%s", info->name);
        fputs(") argument='", file);
        write_argument(file, &argument);
        fputs("' ;;\n", file);
    }
    fputs("    *) argument='' ;;\n    esac\n}\n", file);
}

void znn_complete_write_bash(FILE *file)
{
    write_commands(file);
    write_flags(file);
    write_arguments(file);
}

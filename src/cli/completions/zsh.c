/*
 * zsh.c - writes the tables of _znn: specifications for _arguments
 *
 *     '(-o --output)'{-o+,--output=}'[write to FILE]:FILE:_files'
 */
#include "cli/completions/tables.h"

#include "cli/flags/names.h"

#include <string.h>

/* Writes help text for use in single quotes and brackets. */
static void write_help(FILE *file, const char *help, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if (help[i] == '\'')
            fputs("'\\'", file);
        else if (help[i] == '[' || help[i] == ']' || help[i] == '\\' || help[i] == ':')
            fputc('\\', file);
        fputc(help[i], file);
    }
}

static void write_argument(FILE *file, const struct flag_info *info)
{
    struct argument argument = znn_complete_argument(info);
    if (argument.kind == ARGUMENT_NONE)
        return;
    fputc(':', file);
    write_help(file, info->argument, strlen(info->argument));
    fputc(':', file);
    if (argument.kind == ARGUMENT_FILE)
        fputs("_files", file);
    if (argument.kind == ARGUMENT_WORDS) {
        fputc('(', file);
        for (size_t i = 0; argument.word(i); i++)
            fprintf(file, "%s%s", i > 0 ? " " : "", argument.word(i));
        fputc(')', file);
    }
}

/* Writes the rest of a specification, after the names. */
static void write_rest(FILE *file, const struct flag_info *info)
{
    fputc('[', file);
    write_help(file, info->help, znn_flag_summary_size(info));
    fputc(']', file);
    write_argument(file, info);
    fputs("'\n", file);
}

/* Each of -1 to -9 excludes the others. */
static void write_range(FILE *file, const struct flag_info *info)
{
    for (int letter = info->first; letter <= info->last; letter++) {
        fputs("            '(", file);
        for (int other = info->first; other <= info->last; other++)
            fprintf(file, "%s-%c", other > info->first ? " " : "", other);
        fprintf(file, ")-%c", letter);
        write_rest(file, info);
    }
}

static void write_flag(FILE *file, const struct flag_info *info)
{
    const char *joined = info->argument ? "+" : "";
    const char *equals = info->argument ? "=" : "";
    if (info->first != info->last) {
        write_range(file, info);
        return;
    }
    fputs("            ", file);
    if (info->first && info->name)
        fprintf(file, "'(-%c --%s)'{-%c%s,--%s%s}'", info->first, info->name, info->first, joined, info->name, equals);
    else if (info->first)
        fprintf(file, "'-%c%s", info->first, joined);
    else
        fprintf(file, "'--%s%s", info->name, equals);
    write_rest(file, info);
}

void znn_complete_write_zsh(FILE *file)
{
    fputs("_znn_commands=(\n", file);
    for (enum command_id id = 0; id < COMMAND_COUNT; id++) {
        fprintf(file, "    '%s:", znn_command(id)->name);
        write_help(file, znn_command(id)->summary, strlen(znn_command(id)->summary));
        fputs("'\n", file);
    }
    fputs(")\n_znn_extensions='", file);
    for (size_t i = 0; znn_names_extension(i); i++)
        fprintf(file, "%s%s", i > 0 ? "|" : "", znn_names_extension(i));
    fputs("'\n_znn_set_flags() {\n    case $1 in\n", file);
    for (enum command_id id = 0; id < COMMAND_COUNT; id++) {
        fprintf(file, "    %s)\n        operands=%s\n        flags=(\n", znn_command(id)->name,
                znn_complete_operands(id));
        for (enum flag flag = 0; flag < FLAG_COUNT; flag++)
            if (znn_complete_takes(id, znn_flag(flag)))
                write_flag(file, znn_flag(flag));
        fputs("        )\n        ;;\n", file);
    }
    fputs("    esac\n}\n", file);
}

/*
 * fish.c - writes the tables of znn.fish: one call of complete for each fact
 */
#include "cli/completions/tables.h"

#include "cli/flags/names.h"

#include <string.h>

static void write_quoted(FILE *file, const char *text, size_t size)
{
    fputc('\'', file);
    for (size_t i = 0; i < size; i++) {
        if (text[i] == '\'' || text[i] == '\\')
            fputc('\\', file);
        fputc(text[i], file);
    }
    fputc('\'', file);
}

static void write_argument(FILE *file, const struct argument *argument)
{
    if (argument->kind == ARGUMENT_FILE)
        fputs(" -r -F", file);
    else if (argument->kind != ARGUMENT_NONE)
        fputs(" -x", file);
    if (argument->kind != ARGUMENT_WORDS)
        return;
    fputs(" -a '", file);
    for (size_t i = 0; argument->word(i); i++)
        fprintf(file, "%s%s", i > 0 ? " " : "", argument->word(i));
    fputc('\'', file);
}

/* `letter` is one of the short names, or 0. */
static void write_flag(FILE *file, const char *condition, const struct flag_info *info, int letter)
{
    struct argument argument = znn_complete_argument(info);
    fprintf(file, "complete -c znn -n '%s'", condition);
    if (letter)
        fprintf(file, " -s %c", letter);
    if (info->name)
        fprintf(file, " -l %s", info->name);
    write_argument(file, &argument);
    fputs(" -d ", file);
    write_quoted(file, info->help, znn_flag_summary_size(info));
    fputc('\n', file);
}

static void write_flags(FILE *file, enum command_id id)
{
    char condition[60];
    snprintf(condition, sizeof condition, "__znn_has_command %s", znn_command(id)->name);
    for (enum flag flag = 0; flag < FLAG_COUNT; flag++) {
        const struct flag_info *info = znn_flag(flag);
        if (!znn_complete_takes(id, info) || info->commands == FLAG_EVERYWHERE)
            continue;
        if (!info->first)
            write_flag(file, condition, info, 0);
        for (int letter = info->first; letter && letter <= info->last; letter++)
            write_flag(file, condition, info, letter);
    }
    fprintf(file, "complete -c znn -n '%s' -f -a '(__znn_%s)'\n", condition, znn_complete_operands(id));
}

void znn_complete_write_fish(FILE *file)
{
    fputs("set -g __znn_extensions '", file);
    for (size_t i = 0; znn_names_extension(i); i++)
        fprintf(file, "%s%s", i > 0 ? "|" : "", znn_names_extension(i));
    fputs("'\nset -g __znn_with_argument", file);
    for (enum flag flag = 0; flag < FLAG_COUNT; flag++) {
        const struct flag_info *info = znn_flag(flag);
        if (info->argument && info->first)
            fprintf(file, " -%c", info->first);
        if (info->argument && info->name)
            fprintf(file, " --%s", info->name);
    }
    fputs("\nfunction __znn_all_commands\n", file);
    for (enum command_id id = 0; id < COMMAND_COUNT; id++) {
        fprintf(file, "    printf '%%s\\t%%s\\n' %s ", znn_command(id)->name);
        write_quoted(file, znn_command(id)->summary, strlen(znn_command(id)->summary));
        fputc('\n', file);
    }
    fputs("end\n\ncomplete -c znn -n __znn_needs_command -f -a '(__znn_commands)'\n", file);
    for (enum flag flag = 0; flag < FLAG_COUNT; flag++)
        if (znn_flag(flag)->commands == FLAG_EVERYWHERE)
            write_flag(file, "true", znn_flag(flag), znn_flag(flag)->first);
    for (enum command_id id = 0; id < COMMAND_COUNT; id++) {
        fprintf(file, "\n# %s\n", znn_command(id)->name);
        write_flags(file, id);
    }
}

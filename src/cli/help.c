/*
 * help.c - what --help and --version print, and the command help
 */
#include "cli/help.h"

#include "cli/args.h"
#include "cli/flags.h"
#include "cli/message.h"

#include <stdio.h>
#include <string.h>

#define WIDTH 79
#define FLAG_COLUMN 24

/*
 * Prints `text` in lines of at most WIDTH columns, all but the first indented by `indent`; the first starts at
 * `column`.  A newline in the text starts a paragraph.
 */
static void print_wrapped(const char *text, size_t column, size_t indent)
{
    bool line_is_empty = true;
    while (*text) {
        size_t size = strcspn(text, " \n");
        if (!line_is_empty && column + 1 + size > WIDTH) {
            printf("\n%*s", (int)indent, "");
            column = indent;
            line_is_empty = true;
        }
        column += size + !line_is_empty;
        printf("%s%.*s", line_is_empty ? "" : " ", (int)size, text);
        line_is_empty = false;
        text += size;
        if (*text == '\n') {
            printf("\n\n%*s", (int)indent, "");
            column = indent;
            line_is_empty = true;
        }
        text += *text != '\0';
    }
    putchar('\n');
}

/* "-o, --output FILE", "-1 ... -9", "    --rm" */
static size_t print_flag_names(const struct flag_info *info)
{
    int size = printf(info->first ? "  -%c" : "    ", info->first);
    if (info->last != info->first)
        size += printf(" ... -%c", info->last);
    if (info->name)
        size += printf("%s --%s", info->first ? "," : " ", info->name);
    if (info->argument)
        size += printf(" %s", info->argument);
    return size > 0 ? (size_t)size : 0;
}

/* The flags of a command, or those that need none. */
static void print_flags(const struct command *command)
{
    printf("\nFlags:\n");
    for (enum flag flag = 0; flag < FLAG_COUNT; flag++) {
        const struct flag_info *info = znn_flag(flag);
        if (command ? !(info->commands & 1u << command->id) : info->commands != FLAG_EVERYWHERE)
            continue;
        size_t size = print_flag_names(info);
        size_t gap = size + 2 <= FLAG_COLUMN ? FLAG_COLUMN - size : 2;
        printf("%*s", (int)gap, "");
        print_wrapped(info->help, size + gap, FLAG_COLUMN);
    }
}

static void print_program(void)
{
    printf("Usage: znn COMMAND [FLAG]... [FILE]...\n\n");
    print_wrapped(
        "Compresses files of neural-network weights without loss: what comes back has the same bytes, or there "
        "is an error.",
        0, 0);
    printf("\nCommands:\n");
    for (enum command_id id = 0; id < COMMAND_COUNT; id++)
        printf("  %-*s%s\n", FLAG_COLUMN - 2, znn_command(id)->name, znn_command(id)->summary);
    print_flags(NULL);
    printf("\n'znn help COMMAND' explains a command and its flags.\n");
}

static void print_exit_codes(void)
{
    printf("\n");
    print_wrapped("Exits with 0 when all is done (a file that was skipped with a warning is no failure), with 1 when "
                  "something failed, the other files being done nevertheless, and with 2 for wrong usage.",
                  0, 0);
}

static int finish(void)
{
    return znn_stdout_finish() ? EXIT_DONE : EXIT_FAILED;
}

int znn_help_print(const struct command *command)
{
    if (!command) {
        print_program();
    } else {
        printf("Usage: znn %s [FLAG]... %s\n\n", command->name, command->operands);
        print_wrapped(command->text, 0, 0);
        print_flags(command);
    }
    print_exit_codes();
    return finish();
}

int znn_help_print_version(void)
{
    printf("znn %d.%d.%d\n", ZNN_VERSION_MAJOR, ZNN_VERSION_MINOR, ZNN_VERSION_PATCH);
    printf("libznn %s, format %d\n", znn_version(), ZNN_FORMAT_VERSION);
    return finish();
}

void znn_help_hint(void)
{
    fputs("Usage: znn compress model.safetensors     makes model.znn\n"
          "       znn decompress model.znn           gives model.safetensors back\n"
          "       znn help                           tells more\n",
          stderr);
}

int znn_command_help(struct settings *settings)
{
    if (settings->operand_count > 1) {
        znn_say_error(NULL, "'znn help' explains one command at a time");
        return EXIT_USAGE;
    }
    if (settings->operand_count == 0)
        return znn_help_print(NULL);
    const struct command *command = znn_command_find(settings->operands[0]);
    return command ? znn_help_print(command) : EXIT_USAGE;
}

/*
 * help.c - prints the text of --help and --version, and runs the command help
 */
#include "cli/commands/help.h"

#include "cli/flags/args.h"
#include "cli/flags/flags.h"
#include "cli/mount/mount.h"
#include "cli/say/message.h"
#include "cli/system/sandbox.h"

#include <stdio.h>
#include <string.h>

#define WIDTH 79
#define FLAG_COLUMN 24

/*
 * Prints `text_size` bytes of text in lines of at most WIDTH columns.  The first line starts at `column`, and the
 * others are indented by `indent`.  A newline in the text starts a paragraph.
 */
static void print_wrapped(const char *text, size_t text_size, size_t column, size_t indent)
{
    const char *end = text + text_size;
    bool line_is_empty = true;
    while (text < end) {
        size_t size = strcspn(text, " \n");
        if (size > (size_t)(end - text))
            size = (size_t)(end - text);
        if (!line_is_empty && column + 1 + size > WIDTH) {
            printf("\n%*s", (int)indent, "");
            column = indent;
            line_is_empty = true;
        }
        column += size + !line_is_empty;
        printf("%s%.*s", line_is_empty ? "" : " ", (int)size, text);
        line_is_empty = false;
        text += size;
        if (text < end && *text == '\n') {
            printf("\n\n%*s", (int)indent, "");
            column = indent;
            line_is_empty = true;
        }
        text += text < end;
    }
    putchar('\n');
}

static void print_paragraph(const char *text)
{
    print_wrapped(text, strlen(text), 0, 0);
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

/* Prints the flags of a command, or those that need no command.  In short help, a flag takes one line if it fits. */
static void print_flags(const struct command *command, bool in_short)
{
    printf("\nFlags:\n");
    for (enum flag flag = 0; flag < FLAG_COUNT; flag++) {
        const struct flag_info *info = znn_flag(flag);
        if (command ? !(info->commands & 1u << command->id) : info->commands != FLAG_EVERYWHERE)
            continue;
        size_t size = print_flag_names(info);
        bool is_wide = size + 2 > FLAG_COLUMN;
        printf("%s%*s", is_wide ? "\n" : "", (int)(is_wide ? FLAG_COLUMN : FLAG_COLUMN - size), "");
        size_t help_size = in_short ? znn_flag_summary_size(info) : strlen(info->help);
        print_wrapped(info->help, help_size, FLAG_COLUMN, FLAG_COLUMN);
    }
}

static void print_exit_codes(void)
{
    printf("\n");
    print_paragraph(
        "The exit status is 0 for success (a file that was skipped with a warning is no failure), 1 if something "
        "failed (the other files are still processed), and 2 for wrong usage.");
}

static void print_program(void)
{
    printf("Usage: znn COMMAND [FLAG]... [FILE]...\n\n");
    print_paragraph("Compresses files of neural-network weights without loss: decompression gives back the same bytes, "
                    "or an error.");
    printf("\nCommands:\n");
    for (enum command_id id = 0; id < COMMAND_COUNT; id++)
        printf("  %-*s%s\n", FLAG_COLUMN - 2, znn_command(id)->name, znn_command(id)->summary);
    print_flags(NULL, false);
    printf("\n'znn help COMMAND' explains a command and its flags.\n");
    print_exit_codes();
}

static int finish(void)
{
    return znn_stdout_finish() ? EXIT_DONE : EXIT_FAILED;
}

static void print_usage(const struct command *command)
{
    printf("Usage: znn %s [FLAG]... %s\n", command->name, command->operands);
}

static void print_short(const struct command *command)
{
    print_usage(command);
    print_flags(command, true);
    printf("\n'znn help %s' tells more.\n", command->name);
}

static void print_long(const struct command *command)
{
    print_usage(command);
    putchar('\n');
    print_paragraph(command->text);
    print_flags(command, false);
    print_exit_codes();
}

int znn_help_print(const struct command *command, enum help help)
{
    if (command && help == HELP_SHORT)
        print_short(command);
    else if (command)
        print_long(command);
    else
        print_program();
    return finish();
}

/* 10504 is 1.5.4. */
static void print_library(const char *start, const char *name, unsigned version)
{
    printf("%s%s %u.%u.%u", start, name, version / 10000, version / 100 % 100, version % 100);
}

int znn_help_print_version(void)
{
    struct znn_platform platform = ZNN_INIT(struct znn_platform);
    znn_platform(&platform);
    printf("znn %d.%d.%d\n", ZNN_VERSION_MAJOR, ZNN_VERSION_MINOR, ZNN_VERSION_PATCH);
    printf("libznn %s, format %d\n", znn_version(), ZNN_FORMAT_VERSION);
    print_library("", "zstd", platform.zstd_version);
    print_library(", ", "xxHash", platform.xxhash_version);
    printf(", CPU path: %s\n", platform.cpu);
    char sandbox[80];
    znn_sandbox_describe(sandbox, sizeof sandbox);
    printf("sandbox: %s, mount: %s\n", sandbox, znn_mount_is_built_in() ? "FUSE" : "not built in");
    return finish();
}

void znn_help_hint(void)
{
    fputs("znn compresses files of neural-network weights without loss.\n"
          "\n"
          "  znn compress model.safetensors    makes model.znn, keeps model.safetensors\n"
          "  znn decompress model.znn          gives model.safetensors back\n"
          "  znn stat model.safetensors        shows how much that would save, and where\n"
          "  znn list model.znn                lists the tensors; extract writes some\n"
          "  znn test model.znn                checks that the file is intact\n"
          "\n"
          "'znn help' lists all commands, and 'znn help compress' explains one.\n",
          stderr);
}

int znn_command_help(struct settings *settings)
{
    if (settings->operand_count > 1) {
        znn_say_error(NULL, "'znn help' explains one command at a time");
        return EXIT_USAGE;
    }
    if (settings->operand_count == 0)
        return znn_help_print(NULL, HELP_LONG);
    const struct command *command = znn_command_find(settings->operands[0]);
    return command ? znn_help_print(command, HELP_LONG) : EXIT_USAGE;
}

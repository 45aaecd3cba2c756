/*
 * operands.c - decides from the whole command line where bytes come from and go to
 */
#include "cli/flags/operands.h"

#include "cli/say/message.h"
#include "cli/system/descriptor.h"
#include "cli/system/file_status.h"
#include "cli/system/open_file.h"
#include "cli/system/terminal.h"

#include <string.h>

bool znn_operand_is_stdin(const char *operand)
{
    return strcmp(operand, "-") == 0;
}

/* "out/" is a directory even if it does not exist yet. */
static bool is_directory(const char *path)
{
    return path[strlen(path) - 1] == '/' || znn_file_is_directory(path);
}

/* A part of an original has no name of its own, and standard input has none either. */
static bool direct_into(struct settings *settings)
{
    const char *directory = settings->target.path;
    if (settings->range.is_given)
        return znn_say_error(directory, "is a directory; give the name of a file");
    bool from_stdin = settings->operand_count == 0;
    for (size_t i = 0; i < settings->operand_count; i++)
        from_stdin |= znn_operand_is_stdin(settings->operands[i]);
    if (from_stdin)
        return znn_say_error(directory, "is a directory, and output from standard input has no name; give "
                                        "the name of a file");
    settings->target.directory = directory;
    settings->target.path = NULL;
    return true;
}

bool znn_operand_is_stdout(const char *output)
{
    return strcmp(output, "-") == 0 || znn_descriptor_named(output) == STANDARD_OUTPUT;
}

static bool check_output(struct settings *settings)
{
    const char *output = settings->target.path;
    if (!output)
        return true;
    if (znn_operand_is_stdout(output)) {
        settings->target.to_stdout = true;
        settings->target.path = NULL;
        return true;
    }
    if (settings->target.to_stdout)
        return znn_say_error(NULL, "-c and -o contradict each other; give one of them");
    if (is_directory(output))
        return direct_into(settings);
    if (settings->operand_count > 1)
        return znn_say_error(NULL,
                             "-o takes the output of one input file, but there are %zu; give a directory, such as "
                             "'%s/'",
                             settings->operand_count, output);
    return true;
}

static bool check_presence(struct settings *settings)
{
    static char standard_input[] = "-";
    if (settings->operand_count > 0)
        return true;
    if (znn_terminal_is(STANDARD_INPUT))
        return znn_say_error(NULL, "no file given; name the files to %s, or - for standard input",
                             settings->command->name);
    settings->operands[settings->operand_count++] = standard_input; /* the command's name has left space for it */
    return true;
}

static bool check_stdin(const struct settings *settings, enum direction direction, size_t uses)
{
    if (uses > 1)
        return znn_say_error(NULL, "standard input can be read only once, and - is given %zu times", uses);
    if (uses > 0 && direction == DECOMPRESSING && znn_terminal_is(STANDARD_INPUT))
        return znn_say_error(NULL,
                             "compressed data cannot come from a terminal; name a file, or redirect standard input");
    if (uses > 0 && settings->target.remove_source)
        return znn_say_error(NULL, "--rm cannot remove standard input; leave out --rm");
    return true;
}

static bool check_stdout(const struct settings *settings, enum direction direction, size_t uses)
{
    if (uses > 0 && settings->target.remove_source)
        return znn_say_error(NULL, "--rm needs output files, because znn cannot check standard output; use -o");
    if (uses > 0 && settings->json)
        return znn_say_error(NULL, "--json prints to standard output, but so does the data; use -o FILE");
    if (direction == DECOMPRESSING)
        return true;
    if (uses > 1)
        return znn_say_error(NULL,
                             "one .znn file holds one original, so %zu of them cannot go to standard output; "
                             "run znn for each",
                             uses);
    if (uses > 0 && znn_terminal_is(STANDARD_OUTPUT))
        return znn_say_error(NULL, "compressed data does not go to a terminal; use -o FILE, or redirect standard "
                                   "output");
    return true;
}

static size_t count_stdin_uses(const struct settings *settings)
{
    size_t uses = 0;
    for (size_t i = 0; i < settings->operand_count; i++)
        uses += znn_operand_is_stdin(settings->operands[i]);
    return uses;
}

static size_t count_directories(const struct settings *settings)
{
    size_t count = 0;
    for (size_t i = 0; i < settings->operand_count; i++)
        count += znn_file_is_directory(settings->operands[i]);
    return count;
}

/* With two directories in one mirror, nobody could tell which file came from where. */
static bool check_recursive(const struct settings *settings)
{
    if (settings->range.is_given)
        return znn_say_error(NULL, "--range writes part of one file, but -r takes directories; use only one of them");
    if (settings->target.to_stdout || (settings->target.path && znn_operand_is_stdin(settings->target.path)))
        return znn_say_error(NULL, "-r writes many files, so they cannot go to standard output; use -o DIRECTORY");
    if (settings->operand_count == 0)
        return znn_say_error(NULL, "no directory given; name the directories to %s, or . for this one",
                             settings->command->name);
    if (count_stdin_uses(settings) > 0)
        return znn_say_error(NULL, "standard input has no name, and -r needs one; leave out - or -r");
    size_t directories = settings->target.path ? count_directories(settings) : 0;
    if (directories > 1)
        return znn_say_error(NULL, "-o takes the files of one directory, but there are %zu; run znn for each",
                             directories);
    return true;
}

/* A salvaged file is a single file, and its damaged source may be needed again. */
static bool check_salvage(const struct settings *settings)
{
    if (settings->salvage && settings->target.remove_source)
        return znn_say_error(NULL, "--rm would remove a damaged file that may be repairable; leave out --rm");
    if (settings->salvage && settings->tree.recursive)
        return znn_say_error(NULL, "--salvage is for single files; leave out -r");
    if (settings->salvage && settings->json)
        return znn_say_error(NULL, "--salvage reports losses on standard error; leave out --json");
    if (settings->salvage && settings->range.is_given)
        return znn_say_error(NULL, "--salvage writes everything that is intact; leave out --range");
    return true;
}

/* A dry run prints where the data would go, and does not handle parts. */
static bool check_dry_run(const struct settings *settings, size_t stdout_uses)
{
    if (!settings->target.dry_run)
        return true;
    if (stdout_uses > 0)
        return znn_say_error(NULL, "--dry-run prints to standard output, which the data would use; use -o FILE");
    if (settings->salvage)
        return znn_say_error(NULL, "--dry-run is for whole files; leave out --salvage");
    return true;
}

/* Flags that need -r. */
static bool check_not_recursive(const struct settings *settings)
{
    if (settings->tree.all)
        return znn_say_error(NULL, "--all is for the files of a directory; use it with -r");
    if (settings->tree.exclude.count > 0)
        return znn_say_error(NULL, "--exclude is for the files of a directory; use it with -r");
    return true;
}

bool znn_operands_check(struct settings *settings, enum direction direction)
{
    if (!check_salvage(settings))
        return false;
    if (settings->tree.recursive)
        return check_recursive(settings);
    if (!check_not_recursive(settings))
        return false;
    if (!check_output(settings) || !check_presence(settings))
        return false;
    size_t stdin_uses = count_stdin_uses(settings);
    size_t stdout_uses = settings->target.to_stdout ? settings->operand_count : settings->target.path ? 0 : stdin_uses;
    return check_dry_run(settings, stdout_uses) && check_stdin(settings, direction, stdin_uses) &&
           check_stdout(settings, direction, stdout_uses);
}

bool znn_operands_check_inputs(struct settings *settings)
{
    if (settings->tree.recursive)
        return check_recursive(settings);
    return check_not_recursive(settings) && check_presence(settings) &&
           check_stdin(settings, COMPRESSING, count_stdin_uses(settings));
}

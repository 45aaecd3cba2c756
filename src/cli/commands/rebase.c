/*
 * rebase.c - the command rebase: gives .znn files another base, or none
 */
#include "cli/transfer/rebase.h"
#include "cli/flags/operands.h"
#include "cli/say/message.h"
#include "cli/system/path.h"

#include <stdlib.h>

/* Nobody should drop a base by forgetting a flag. */
static bool check_base(const struct settings *settings)
{
    if (settings->base.path && settings->base.none)
        return znn_say_error(NULL, "--base and --no-base contradict each other; give one of them");
    if (!settings->base.path && !settings->base.none)
        return znn_say_error(NULL, "give the new base with --base FILE, or --no-base for none");
    return true;
}

static bool check_streams(const struct settings *settings)
{
    if (settings->operand_count == 0)
        return znn_say_error(NULL, "no file given; name the .znn files to rebase");
    for (size_t i = 0; i < settings->operand_count; i++)
        if (znn_operand_is_stdin(settings->operands[i]))
            return znn_say_error(NULL, "standard input cannot be read twice; name a file");
    if (settings->target.path && znn_operand_is_stdout(settings->target.path))
        return znn_say_error(NULL, "the output is read back and checked, so it cannot go to standard output; use "
                                   "-o FILE");
    return true;
}

/* With -o DIR, each output keeps the name of its input. */
static bool rebase_operand(struct batch *batch, const char *operand)
{
    const char *directory = batch->settings->target.directory;
    if (!directory)
        return znn_rebase_file(batch, operand, batch->settings->target.path);
    char *output = znn_path_within(directory, operand);
    bool fine = output ? znn_batch_make_directory(batch) && znn_rebase_file(batch, operand, output)
                       : znn_say_memory_error(operand);
    free(output);
    return fine;
}

int znn_command_rebase(struct settings *settings)
{
    if (!check_base(settings) || !check_streams(settings) || !znn_operands_check(settings, COMPRESSING))
        return EXIT_USAGE;
    struct batch batch;
    znn_batch_start(&batch, settings, COMPRESSING);
    for (size_t i = 0; i < settings->operand_count; i++)
        if (!rebase_operand(&batch, settings->operands[i]))
            znn_batch_fail(&batch, settings->operands[i]);
    return znn_batch_end(&batch);
}

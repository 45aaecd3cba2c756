/*
 * rights.c - the rights that a command needs
 */
#include "cli/commands/rights.h"

#include "cli/flags/operands.h"
#include "cli/system/file_status.h"
#include "cli/system/path.h"
#include "cli/system/sandbox.h"
#include "cli/system/temporary.h"

#include <stdlib.h>

/* Allows a directory, or the directory of a file that exists or will exist.  If there is none, opening the output
 * reports that later. */
static void allow_for(struct sandbox *sandbox, const char *path)
{
    if (!path || znn_operand_is_stdin(path) || znn_sandbox_allow(sandbox, path))
        return;
    char *root = znn_path_root(path);
    char *directory = root ? znn_path_directory(root) : NULL;
    if (directory)
        znn_sandbox_allow(sandbox, directory);
    free(directory);
    free(root);
}

/* Input from a pipe may need a temporary file, and so may the output made from it. */
static bool may_spool(const struct settings *settings)
{
    struct file_status status;
    for (size_t i = 0; i < settings->operand_count; i++)
        if (znn_operand_is_stdin(settings->operands[i]) ||
            (znn_file_status(settings->operands[i], &status) && status.kind != FILE_REGULAR &&
             status.kind != FILE_DIRECTORY))
            return true;
    return settings->operand_count == 0;
}

static void allow_outputs(struct sandbox *sandbox, const struct settings *settings)
{
    enum command_id command = settings->command->id;
    if (may_spool(settings))
        znn_sandbox_allow(sandbox, znn_temporary_directory());
    allow_for(sandbox, settings->target.path);
    allow_for(sandbox, settings->view.svg);
    bool codes = command == COMMAND_COMPRESS || command == COMMAND_DECOMPRESS || command == COMMAND_REBASE;
    bool is_beside = !settings->target.path && !settings->target.to_stdout;
    if (codes && (is_beside || settings->target.remove_source))
        for (size_t i = 0; i < settings->operand_count; i++)
            allow_for(sandbox, settings->operands[i]);
}

void znn_rights_give_up(const struct settings *settings)
{
    enum command_id command = settings->command->id;
    struct sandbox sandbox;
    if (command == COMMAND_MOUNT || command == COMMAND_UMOUNT || !znn_sandbox_open(&sandbox, settings->tree.recursive))
        return;
    allow_outputs(&sandbox, settings);
    znn_sandbox_enter(&sandbox);
}

/*
 * commands.c - the table of commands
 */
#include "cli/commands.h"

#include "cli/message.h"
#include "cli/suggest.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

static const struct command commands[COMMAND_COUNT] = {
    [COMMAND_COMPRESS] =
        {
            COMMAND_COMPRESS,
            "compress",
            "[FILE]...",
            "make .znn files",
            "Compresses each FILE to a .znn file beside it and keeps FILE.\n"
            "model.safetensors becomes model.znn, which remembers the extension; so it is with .safetensors, .bin, "
            ".pt, .pth, .ckpt, .gguf, .npy, .onnx, .h5, .th and .tar. Any other name gets .znn appended, and so do "
            "files whose .znn files would have the same name. A FILE that is called .znn already is skipped, "
            "unless -f is given.\n"
            "Without FILE, or where FILE is -, standard input is compressed to standard output.",
            znn_command_compress,
        },
    [COMMAND_DECOMPRESS] =
        {
            COMMAND_DECOMPRESS,
            "decompress",
            "[FILE]...",
            "give the original files back",
            "Decompresses each .znn FILE to the original beside it and keeps FILE. The original has the same bytes as "
            "ever, or there is an error and no file.\n"
            "model.znn becomes model.safetensors if that was the original's extension.\n"
            "Without FILE, or where FILE is -, standard input is decompressed to standard output.",
            znn_command_decompress,
        },
    [COMMAND_HELP] =
        {
            COMMAND_HELP,
            "help",
            "[COMMAND]",
            "explain znn, or one command",
            "Explains COMMAND and the flags that it takes, or lists the commands.",
            znn_command_help,
        },
};

const struct command *znn_command(enum command_id id)
{
    return &commands[id];
}

/* Someone who typed `znn model.safetensors` is told what the command is that does it. */
static void say_unknown(const char *name, const char *nearest)
{
    size_t size = strlen(name);
    bool is_znn = size > 4 && strcmp(name + size - 4, ".znn") == 0;
    if (nearest)
        znn_say_error(NULL, "unknown command '%s'; did you mean 'znn %s'?", name, nearest);
    else if (access(name, F_OK) == 0)
        znn_say_error(NULL, "unknown command '%s'; did you mean 'znn %s %s'?", name, is_znn ? "decompress" : "compress",
                      name);
    else
        znn_say_error(NULL, "unknown command '%s'; 'znn help' lists the commands", name);
}

const struct command *znn_command_find(const char *name)
{
    struct suggestion suggestion = {.typed = name};
    for (size_t i = 0; i < COMMAND_COUNT; i++) {
        if (strcmp(commands[i].name, name) == 0)
            return &commands[i];
        znn_suggest_offer(&suggestion, commands[i].name);
    }
    say_unknown(name, suggestion.best);
    return NULL;
}

/*
 * commands.c - the table of commands
 */
#include "cli/flags/commands.h"

#include "cli/say/message.h"
#include "cli/say/suggest.h"
#include "cli/system/file_status.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

static const struct command commands[COMMAND_COUNT] = {
    [COMMAND_COMPRESS] =
        {
            COMMAND_COMPRESS,
            "compress",
            "[FILE]...",
            "make .znn files",
            "Compresses each FILE to a .znn file beside it and keeps FILE.\n"
            "model.safetensors becomes model.znn, which remembers the extension. The same holds for .safetensors, "
            ".bin, .pt, .pth, .ckpt, .gguf, .npy, .onnx, .h5, .th and .tar. For any other name, and if two files would "
            "get the same .znn name, .znn is appended to the whole name. A FILE that is already called .znn is "
            "skipped, unless -f is given.\n"
            "With -r, FILE can be a directory. Then all files below it are compressed that have one of these "
            "extensions, or that start like a model whatever their names are; --all takes the others, too, but never "
            ".znn files. Here .znn is appended to every name. -o names a directory, made if necessary, where each "
            "output lies as its input lies below FILE. Files that an earlier run has compressed are left alone, links "
            "to files below FILE stay links, and a file with several names is compressed once.\n"
            "Without FILE, or if FILE is -, standard input is compressed to standard output. In a pipeline, 'znn' "
            "alone does the same, so that 'tar -I znn -cf x.tar.znn DIR' works.",
            znn_command_compress,
        },
    [COMMAND_DECOMPRESS] =
        {
            COMMAND_DECOMPRESS,
            "decompress",
            "[FILE]...",
            "give the original files back",
            "Decompresses each .znn FILE to the original beside it and keeps FILE. The result has the bytes of the "
            "original, or there is an error and no file.\n"
            "model.znn becomes model.safetensors if that was the original's extension.\n"
            "With -r, FILE can be a directory: every .znn file below it is decompressed. -o names a directory, made if "
            "necessary, where each output lies as its input lies below FILE.\n"
            "Without FILE, or if FILE is -, standard input is decompressed to standard output. 'znn -d' is the same as "
            "'znn decompress', so that 'tar -I znn -xf x.tar.znn' works.",
            znn_command_decompress,
        },
    [COMMAND_STAT] =
        {
            COMMAND_STAT,
            "stat",
            "[FILE]...",
            "show where the bytes of models go",
            "Shows for each FILE, a model or a .znn file, its format, its class, the original and the compressed size, "
            "and how much is left of each type and byte group. A model is compressed for that, but nothing is "
            "written.\n"
            "Byte group 0 has the exponents of floats, the others their mantissas. The class says which bytes can be "
            "compressed: 'exponent' (fp32 and fp16 as training leaves them: the exponents); 'clean' (numbers that were "
            "rounded: the mantissas as well, which take less than 85 %); 'bf16'; 'quantized' (F8, F6, F4, types of "
            "GGUF, integers called weight, qweight, qzeros, packed or blocks); 'integer'; 'delta' (floats of a .znn "
            "file that are stored as their difference from a base); 'mixed' if none of these has more than half of the "
            "bytes; 'opaque' if there are no tensors.\n"
            "With -r, FILE can be a directory: every model and .znn file below it is shown, and a line on standard "
            "error gives the sum.\n"
            "On a terminal, tables are as wide as the terminal or as COLUMNS says; elsewhere nothing is cut.",
            znn_command_stat,
        },
    [COMMAND_LIST] =
        {
            COMMAND_LIST,
            "list",
            "[FILE]...",
            "list the tensors of .znn files",
            "Lists the tensors of each .znn FILE: type, shape, offset in the original, size, and how much is left.\n"
            "With -r, FILE can be a directory: every .znn file below it is listed.\n"
            "With --bases, it shows instead which file needs which: each file stands below its base, with the name of "
            "the base that it stores, the number of bases down to a whole file, the number of files that have it as "
            "their base, and the number that would be lost with it. A base that is not found is marked MISSING.\n"
            "On a terminal, names are cut to its width; elsewhere they are complete.",
            znn_command_list,
        },
    [COMMAND_TEST] =
        {
            COMMAND_TEST,
            "test",
            "[FILE]...",
            "check that .znn files are intact",
            "Decompresses each .znn FILE without writing anything, verifies every checksum, and checks that the index "
            "and the footer agree with the rest. Prints a line for each file; if a file is damaged, the line names the "
            "damaged tensor if the index can tell. Then it goes on to the next file.\n"
            "With -r, FILE can be a directory: every .znn file below it is tested, and a line on standard error gives "
            "the sum.",
            znn_command_test,
        },
    [COMMAND_EXTRACT] =
        {
            COMMAND_EXTRACT,
            "extract",
            "FILE TENSOR...",
            "write single tensors of a .znn file",
            "Writes tensors of the .znn FILE without decompressing the rest. TENSOR is a name, or a pattern as for "
            "'znn stat --match'.\n"
            "One tensor goes to standard output or to -o FILE. Several tensors go to files in -o DIR, named after the "
            "tensors, with / and other unsafe characters as %2F; in the safetensors format they all go to one file.\n"
            "npy holds BF16 and F8 as unsigned integers with the same bits.",
            znn_command_extract,
        },
    [COMMAND_REBASE] =
        {
            COMMAND_REBASE,
            "rebase",
            "FILE...",
            "give .znn files another base, or none",
            "Rewrites each .znn FILE against the model of --base or, with --no-base, so that it needs no base. The "
            "original need not exist, and is not written to the disk: it is decoded from FILE and its old base, which "
            "must be there. The new file replaces FILE only after it was read back and every byte of its original "
            "compared. Then the old base is no longer needed for FILE; 'znn list --bases' shows which files need it.\n"
            "Files that have FILE as their base still find it. A base that itself needs FILE is refused, and so is a "
            "chain of more than 8 bases. A FILE that has this base already, or none with --no-base, stays as it is, "
            "unless -f is given.",
            znn_command_rebase,
        },
    [COMMAND_MOUNT] =
        {
            COMMAND_MOUNT,
            "mount",
            "SOURCE DIRECTORY",
            "show .znn files as their originals",
            "Mounts SOURCE, a .znn file or a folder, at DIRECTORY. There every .znn file appears as its original, "
            "read-only, under the name that 'znn decompress' would give it; all other files are the same as in SOURCE. "
            "Programs open, map and copy the originals as usual, and only what they read is decompressed.\n"
            "If the folder also has a file with the original's name, that file is shown, and the .znn file appears "
            "under its own name. So does a .znn file that cannot be opened.\n"
            "The command returns when the mount is ready. 'znn umount DIRECTORY' ends it. Reading a damaged part of a "
            "file fails, and other parts can be read.",
            znn_command_mount,
        },
    [COMMAND_UMOUNT] =
        {
            COMMAND_UMOUNT,
            "umount",
            "DIRECTORY...",
            "end mounts",
            "Unmounts each DIRECTORY where 'znn mount' has mounted something. This fails while a program has a file "
            "open there.",
            znn_command_umount,
        },
    [COMMAND_HELP] =
        {
            COMMAND_HELP,
            "help",
            "[COMMAND]",
            "explain znn, or one command",
            "Explains COMMAND and its flags, or lists the commands.",
            znn_command_help,
        },
};

const struct command *znn_command(enum command_id id)
{
    return &commands[id];
}

/* If the word is a file, suggests the command for that file, because the user may have typed `znn
 * model.safetensors`. */
static void say_unknown(const char *name, const char *nearest)
{
    size_t size = strlen(name);
    bool is_znn = size > 4 && strcmp(name + size - 4, ".znn") == 0;
    if (nearest)
        znn_say_error(NULL, "unknown command '%s'; did you mean 'znn %s'?", name, nearest);
    else if (znn_file_exists(name))
        znn_say_error(NULL, "unknown command '%s'; did you mean 'znn %s %s'?", name, is_znn ? "decompress" : "compress",
                      name);
    else
        znn_say_error(NULL, "unknown command '%s'; 'znn help' lists the commands", name);
}

/* Names of the commands in other programs. */
static const char *const words[][2] = {
    {"analyse", "stat"},
    {"analyze", "stat"},
    {"cat", "decompress -c"},
    {"check", "test"},
    {"decode", "decompress"},
    {"deflate", "compress"},
    {"dump", "extract"},
    {"encode", "compress"},
    {"expand", "decompress"},
    {"gunzip", "decompress"},
    {"gzip", "compress"},
    {"inflate", "decompress"},
    {"info", "stat"},
    {"inspect", "stat"},
    {"ls", "list"},
    {"pack", "compress"},
    {"recover", "decompress --salvage"},
    {"repair", "decompress --salvage"},
    {"restore", "decompress"},
    {"salvage", "decompress --salvage"},
    {"show", "stat"},
    {"uncompress", "decompress"},
    {"unmount", "umount"},
    {"unpack", "decompress"},
    {"untar", "decompress"},
    {"unxz", "decompress"},
    {"unzip", "decompress"},
    {"unzstd", "decompress"},
    {"verify", "test"},
    {"version", "--version"},
    {"zip", "compress"},
};

#define WORDS (sizeof words / sizeof *words)

/* Returns the command that a word of the table stands for, or else the word itself. */
static const char *translate(const char *word)
{
    for (size_t i = 0; i < WORDS; i++)
        if (strcmp(words[i][0], word) == 0)
            return words[i][1];
    return word;
}

/* Finds the nearest of all words: "uncompres" is one letter from "uncompress", but three from "compress". */
static const char *find_meant(const char *name)
{
    struct suggestion suggestion = {.typed = name};
    for (size_t i = 0; i < COMMAND_COUNT; i++)
        znn_suggest_offer(&suggestion, commands[i].name);
    for (size_t i = 0; i < WORDS; i++)
        znn_suggest_offer(&suggestion, words[i][0]);
    return suggestion.best ? translate(suggestion.best) : NULL;
}

const struct command *znn_command_find(const char *name)
{
    for (size_t i = 0; i < COMMAND_COUNT; i++)
        if (strcmp(commands[i].name, name) == 0)
            return &commands[i];
    say_unknown(name, find_meant(name));
    return NULL;
}

/*
 * flags.c - the table of flags
 */
#include "cli/flags/flags.h"

#include <stdbool.h>
#include <string.h>

#define ON(command) (1u << COMMAND_##command)
#define CODING (ON(COMPRESS) | ON(DECOMPRESS))
#define ROUNDING (ON(COMPRESS) | ON(STAT))
#define MOUNTING (ON(MOUNT) | ON(UMOUNT))
#define LOOKING (ON(STAT) | ON(LIST) | ON(TEST))

static const struct flag_info flags[FLAG_COUNT] = {
    [FLAG_LEVEL] = {FLAG_LEVEL, '1', '9', NULL, NULL, ON(COMPRESS) | ON(STAT) | ON(REBASE),
                    "level, from 1 (fastest) to 9 (smallest files); the default is 5, and other levels mean the "
                    "nearest of the three; ZNN_CLEVEL sets another default"},
    [FLAG_DECOMPRESS] =
        {FLAG_DECOMPRESS, 'd', 'd', "decompress", NULL, ON(DECOMPRESS),
         "the same as the command decompress; for tar and other programs that know gzip's flags, as in 'znn -d FILE'"},
    [FLAG_OUTPUT] = {FLAG_OUTPUT, 'o', 'o', "output", "FILE", CODING | ON(EXTRACT) | ON(REBASE),
                     "write to FILE; - is standard output; if FILE ends in a slash or is a directory, each output goes "
                     "into it under its usual name"},
    [FLAG_STDOUT] = {FLAG_STDOUT, 'c', 'c', "stdout", NULL, CODING, "write to standard output"},
    [FLAG_KEEP_INPUT] = {FLAG_KEEP_INPUT, 'k', 'k', "keep-input", NULL, CODING, "keep the input files (default)"},
    [FLAG_REMOVE] = {FLAG_REMOVE, 0, 0, "rm", NULL, CODING,
                     "remove each input file once its output is safely on the disk"},
    [FLAG_FORCE] = {FLAG_FORCE, 'f', 'f', "force", NULL, CODING | ON(EXTRACT) | ON(STAT) | ON(REBASE),
                    "replace existing output files"},
    [FLAG_FOREGROUND] = {FLAG_FOREGROUND, 'f', 'f', "foreground", NULL, ON(MOUNT),
                         "stay in the foreground until the mount ends, and print messages to standard error"},
    [FLAG_LOG] = {FLAG_LOG, 0, 0, "log", "FILE", ON(MOUNT),
                  "append messages to FILE; without it, a mount in the background prints none once it is ready"},
    [FLAG_RECURSIVE] = {FLAG_RECURSIVE, 'r', 'r', "recursive", NULL, CODING | LOOKING,
                        "process directories and everything below them; outputs lie beside their sources, or at the "
                        "same place in the directory that -o names"},
    [FLAG_ALL] = {FLAG_ALL, 0, 0, "all", NULL, ON(COMPRESS), "with -r, take all files, not only models"},
    [FLAG_EXCLUDE] =
        {FLAG_EXCLUDE, 0, 0, "exclude", "GLOB", CODING | LOOKING,
         "with -r, leave out files and directories whose names match; if GLOB has a slash, compare it with the end of "
         "the path below FILE; if it starts with a slash, with the whole path; may be given several times"},
    [FLAG_DRY_RUN] = {FLAG_DRY_RUN, 'n', 'n', "dry-run", NULL, CODING | ON(REBASE),
                      "print what would be done, and change nothing; sizes are those of the inputs, and for .znn files "
                      "also of the originals"},
    [FLAG_DTYPE] = {FLAG_DTYPE, 0, 0, "dtype", "TYPE", ON(COMPRESS),
                    "treat each FILE as an array of numbers without a header: F32, F16, BF16, I8 and so on, also as "
                    "fp32, float16, bfloat16, int8"},
    [FLAG_BASE] = {FLAG_BASE, 0, 0, "base", "FILE", CODING | ON(STAT) | ON(TEST) | ON(EXTRACT) | ON(MOUNT) | ON(REBASE),
                   "store each file as its difference from the model FILE, or use FILE to read such a file; the base "
                   "is needed whenever the file is read; a .znn file finds its base by itself if that lies beside it "
                   "under its old name; FILE can be a .znn file"},
    [FLAG_BASE_DIR] = {FLAG_BASE_DIR, 0, 0, "base-dir", "DIR",
                       CODING | ON(STAT) | ON(TEST) | ON(EXTRACT) | ON(MOUNT) | ON(LIST) | ON(REBASE),
                       "look in DIR for bases that are not beside the .znn files that need them"},
    [FLAG_RELATED] =
        {FLAG_RELATED, 0, 0, "related", NULL, ON(COMPRESS) | ON(STAT),
         "for compress, with -r, find out from samples which files are relatives, and store those that gain from it as "
         "differences from others; for stat, estimate whether the first FILE would gain from the second one as its "
         "base"},
    [FLAG_DEPTH] = {FLAG_DEPTH, 0, 0, "depth", "N", ON(COMPRESS),
                    "with --related, let a file need up to N others, one after the other; the default is 1: bases are "
                    "whole files"},
    [FLAG_NO_BASE] = {FLAG_NO_BASE, 0, 0, "no-base", NULL, ON(REBASE),
                      "store each file whole, so that it needs no base"},
    [FLAG_DEDUP] = {FLAG_DEDUP, 0, 0, "dedup", NULL, ON(COMPRESS) | ON(STAT),
                    "store a tensor that repeats an earlier one as a reference, even if it comes from a pipe; in a "
                    "pipe only a 128-bit hash is compared; for files this is the default"},
    [FLAG_NO_DEDUP] = {FLAG_NO_DEDUP, 0, 0, "no-dedup", NULL, ON(COMPRESS) | ON(STAT),
                       "store every tensor on its own; then decompressing never needs a temporary file"},
    [FLAG_FIXED_POINT] = {FLAG_FIXED_POINT, 0, 0, "fixed-point", "B", ROUNDING,
                          "LOSSY, rounds the numbers of large float tensors to multiples of 2^-B; B is 0 to 30, for "
                          "F64 up to 61, and each number changes by at most 2^-(B+1)"},
    [FLAG_MAX_ERROR] =
        {FLAG_MAX_ERROR, 0, 0, "max-error", "E", ROUNDING,
         "LOSSY, the same with the smallest B that changes no number by more than E: 0.001, 1e-7, 2^-24"},
    [FLAG_ROUNDING] = {FLAG_ROUNDING, 0, 0, "rounding", "WAY", ROUNDING,
                       "nearest (default, ties to even) or floor (towards minus infinity, by less than 2^-B)"},
    [FLAG_EXACT_ZERO] = {FLAG_EXACT_ZERO, 0, 0, "exact-zero", NULL, ROUNDING,
                         "keep the sign of negative zeros when rounding"},
    [FLAG_KEEP] = {FLAG_KEEP, 0, 0, "keep", "GLOB", ROUNDING,
                   "do not round tensors whose names match; may be given several times"},
    [FLAG_ONLY] = {FLAG_ONLY, 0, 0, "only", "GLOB", ROUNDING,
                   "round all float tensors whose names match, even vectors and small ones, and no others; may be "
                   "given several times"},
    [FLAG_FORCE_LOSSY_RM] = {FLAG_FORCE_LOSSY_RM, 0, 0, "force-lossy-rm", NULL, ON(COMPRESS),
                             "let --rm remove files of which only a rounded copy is left"},
    [FLAG_SIGN] = {FLAG_SIGN, 0, 0, "sign", "PLACE", ROUNDING,
                   "where to store the signs of floats that are not rounded: rotate (the last bit of each number), "
                   "separate (a stream of their own) or auto (the smaller of both, default)"},
    [FLAG_SPOOL_LIMIT] =
        {FLAG_SPOOL_LIMIT, 0, 0, "spool-limit", "SIZE", CODING | ON(STAT) | ON(TEST),
         "keep data from a pipe that has to be read again in a temporary file of up to SIZE; when compressing, this "
         "concerns zip files such as PyTorch's; when decompressing from a pipe to a pipe, the output of a .znn file "
         "with repeats; SIZE is in bytes, or with KiB, MiB or GiB; 0 means never, the default is 8GiB"},
    [FLAG_RANGE] = {FLAG_RANGE, 0, 0, "range", "A:B", ON(DECOMPRESS),
                    "write only the bytes of the original from A up to, but not including, B; they go to standard "
                    "output unless -o is given; without A, start at the beginning; without B, go on to the end"},
    [FLAG_SALVAGE] = {FLAG_SALVAGE, 0, 0, "salvage", NULL, ON(DECOMPRESS),
                      "write the intact parts of a damaged FILE, with zeros for the rest, list the losses, and exit "
                      "with 1 if anything is damaged"},
    [FLAG_MAX_OUTPUT] = {FLAG_MAX_OUTPUT, 0, 0, "max-output", "SIZE", ON(DECOMPRESS) | ON(TEST),
                         "refuse originals of more than SIZE bytes, also with KiB, MiB or GiB"},
    [FLAG_FORMAT] =
        {FLAG_FORMAT, 0, 0, "format", "FORM", ON(EXTRACT),
         "raw (the bytes alone, default), npy or safetensors; without this flag, the extension of -o FILE decides"},
    [FLAG_JSON] = {FLAG_JSON, 0, 0, "json", NULL, CODING | LOOKING | ON(REBASE),
                   "print JSON: a list with an object for each file; znn(1) explains the keys"},
    [FLAG_NAMES] = {FLAG_NAMES, 0, 0, "names", NULL, ON(LIST), "print only the names of the tensors, one on a line"},
    [FLAG_BASES] = {FLAG_BASES, 0, 0, "bases", NULL, ON(LIST),
                    "show which .znn file needs which file as its base, what is missing, and what would be lost with "
                    "each file; directories are searched without -r"},
    [FLAG_TENSORS] = {FLAG_TENSORS, 0, 0, "tensors", NULL, ON(STAT), "print a row for each tensor"},
    [FLAG_LAYERS] = {FLAG_LAYERS, 0, 0, "layers", NULL, ON(STAT), "print a row for each layer, and for each role"},
    [FLAG_SORT] = {FLAG_SORT, 0, 0, "sort", "ORDER", ON(STAT) | ON(LIST),
                   "size (the largest first), ratio (the least compressed first) or name"},
    [FLAG_MATCH] =
        {FLAG_MATCH, 0, 0, "match", "GLOB", ON(STAT) | ON(LIST),
         "show only the tensors whose names match: * stands for any characters, ? for one, [a-z] for one of these"},
    [FLAG_BARS] = {FLAG_BARS, 0, 0, "bars", NULL, ON(STAT), "draw bars even if standard output is no terminal"},
    [FLAG_SVG] = {FLAG_SVG, 0, 0, "svg", "FILE", ON(STAT), "write a picture of the layers to FILE"},
    [FLAG_QUICK] =
        {FLAG_QUICK, 0, 0, "quick", NULL, ON(STAT),
         "compress a sample and estimate the rest, within about 1 %; models below 512 MiB are compressed as a whole"},
    [FLAG_SWEEP] = {FLAG_SWEEP, 0, 0, "sweep", NULL, ON(STAT),
                    "show the result of --fixed-point for B = 27, 24, 23, 19, 15, 12, 10, 8 and 6; --tensors adds each "
                    "tensor, --svg draws a picture"},
    [FLAG_THREADS] = {FLAG_THREADS, 'T', 'T', "threads", "N", CODING | ON(STAT) | ON(TEST) | ON(MOUNT) | ON(REBASE),
                      "use N threads; 0, the default, means one per processor; ZNN_NBTHREADS sets another default; the "
                      "output is the same for any N"},
    [FLAG_MEMORY_LIMIT] =
        {FLAG_MEMORY_LIMIT, 0, 0, "memory-limit", "SIZE", CODING | LOOKING | ON(EXTRACT) | ON(MOUNT) | ON(REBASE),
         "use at most SIZE bytes of memory, also with KiB, MiB or GiB: with fewer threads if necessary, or fail; for a "
         "mount, keep at most SIZE bytes decoded, 256MiB by default"},
    [FLAG_QUIET] = {FLAG_QUIET, 'q', 'q', "quiet", NULL, CODING | LOOKING | ON(EXTRACT) | MOUNTING | ON(REBASE),
                    "print no warnings and no progress; given twice, no errors either"},
    [FLAG_VERBOSE] = {FLAG_VERBOSE, 'v', 'v', "verbose", NULL, CODING | ON(EXTRACT) | ON(REBASE),
                      "print a line for each file"},
    [FLAG_HELP] = {FLAG_HELP, 'h', 'h', "help", NULL, FLAG_EVERYWHERE, "print this help and exit"},
    [FLAG_VERSION] = {FLAG_VERSION, 'V', 'V', "version", NULL, FLAG_EVERYWHERE, "print the version and exit"},
};

const struct flag_info *znn_flag(enum flag flag)
{
    return &flags[flag];
}

const struct flag_info *znn_flag_find_short(char name, const struct command *command)
{
    const struct flag_info *found = NULL;
    for (size_t i = 0; i < FLAG_COUNT; i++) {
        bool is_it = flags[i].first && name >= flags[i].first && name <= flags[i].last;
        if (is_it && command && (flags[i].commands & 1u << command->id))
            return &flags[i];
        if (is_it && !found)
            found = &flags[i];
    }
    return found;
}

const struct flag_info *znn_flag_find_long(const char *name, size_t size)
{
    for (size_t i = 0; i < FLAG_COUNT; i++)
        if (flags[i].name && strlen(flags[i].name) == size && memcmp(flags[i].name, name, size) == 0)
            return &flags[i];
    return NULL;
}

size_t znn_flag_summary_size(const struct flag_info *info)
{
    return strcspn(info->help, ";:");
}

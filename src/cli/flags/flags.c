/*
 * flags.c - the one table of flags
 */
#include "cli/flags/flags.h"

#include <string.h>

#define ON(command) (1u << COMMAND_##command)
#define CODING (ON(COMPRESS) | ON(DECOMPRESS))
#define ROUNDING (ON(COMPRESS) | ON(STAT))
#define LOOKING (ON(STAT) | ON(LIST) | ON(TEST))

static const struct flag_info flags[FLAG_COUNT] = {
    [FLAG_LEVEL] = {FLAG_LEVEL, '1', '9', NULL, NULL, ON(COMPRESS) | ON(STAT),
                    "level, from 1 for the fastest to 9 for the smallest files; 5 is the default, others take the "
                    "nearest of the three; ZNN_CLEVEL sets another default"},
    [FLAG_DECOMPRESS] = {FLAG_DECOMPRESS, 'd', 'd', "decompress", NULL, ON(DECOMPRESS),
                         "stands for the command, as in 'znn -d FILE', for tar and others that know gzip's flags"},
    [FLAG_OUTPUT] = {FLAG_OUTPUT, 'o', 'o', "output", "FILE", CODING | ON(EXTRACT),
                     "write to FILE; - is standard output; into FILE, each output under its usual name, if that ends "
                     "in a slash or is a "
                     "directory"},
    [FLAG_STDOUT] = {FLAG_STDOUT, 'c', 'c', "stdout", NULL, CODING, "write to standard output"},
    [FLAG_KEEP_INPUT] = {FLAG_KEEP_INPUT, 'k', 'k', "keep-input", NULL, CODING, "keep the input files (default)"},
    [FLAG_REMOVE] = {FLAG_REMOVE, 0, 0, "rm", NULL, CODING,
                     "remove each input file once its output is safely on the disk"},
    [FLAG_FORCE] = {FLAG_FORCE, 'f', 'f', "force", NULL, CODING | ON(EXTRACT) | ON(STAT),
                    "replace existing output files"},
    [FLAG_RECURSIVE] = {FLAG_RECURSIVE, 'r', 'r', "recursive", NULL, CODING | LOOKING,
                        "take directories, too, with what is below them; what is written comes to lie beside its "
                        "source, or at the same place in the directory that -o names"},
    [FLAG_ALL] = {FLAG_ALL, 0, 0, "all", NULL, ON(COMPRESS), "with -r, take all files, not only those of models"},
    [FLAG_EXCLUDE] =
        {FLAG_EXCLUDE, 0, 0, "exclude", "GLOB", CODING | LOOKING,
         "with -r, leave out files and directories whose names match; with a slash in GLOB, those whose paths below "
         "FILE end so, and with a slash first, are so; may be given several times"},
    [FLAG_DRY_RUN] = {FLAG_DRY_RUN, 'n', 'n', "dry-run", NULL, CODING,
                      "print what would be done, and change nothing; sizes are those before, and of .znn files also "
                      "those after"},
    [FLAG_DTYPE] = {FLAG_DTYPE, 0, 0, "dtype", "TYPE", ON(COMPRESS),
                    "take each FILE for a row of numbers, and nothing else: F32, F16, BF16, I8 "
                    "and so on, also as fp32, float16, bfloat16, int8"},
    [FLAG_BASE] = {FLAG_BASE, 0, 0, "base", "FILE", CODING | ON(STAT) | ON(TEST) | ON(EXTRACT),
                   "the model FILE is what a file is compressed against, as what it differs in from it, and has to be "
                   "there whenever that is read; a .znn file looks for its base beside it by itself, so that then FILE "
                   "need be given only if it is elsewhere or has another name; FILE may be a .znn file"},
    [FLAG_BASE_DIR] = {FLAG_BASE_DIR, 0, 0, "base-dir", "DIR", CODING | ON(STAT) | ON(TEST) | ON(EXTRACT),
                       "look in DIR for bases that are not beside the .znn files that need them"},
    [FLAG_DEDUP] = {FLAG_DEDUP, 0, 0, "dedup", NULL, ON(COMPRESS) | ON(STAT),
                    "store a tensor that repeats an earlier one as a reference also when it comes from a pipe; there, "
                    "only a 128-bit hash can be compared; of files this is the default"},
    [FLAG_NO_DEDUP] = {FLAG_NO_DEDUP, 0, 0, "no-dedup", NULL, ON(COMPRESS) | ON(STAT),
                       "store every tensor on its own; then decompressing never takes a temporary file"},
    [FLAG_FIXED_POINT] = {FLAG_FIXED_POINT, 0, 0, "fixed-point", "B", ROUNDING,
                          "LOSSY, rounds the numbers of large float tensors to multiples of 2^-B; B is 0 to 30, "
                          "with F64 up to 61, and what is decompressed is off by at most 2^-(B+1)"},
    [FLAG_MAX_ERROR] = {FLAG_MAX_ERROR, 0, 0, "max-error", "E", ROUNDING,
                        "LOSSY, the same with the smallest B for which no number is off by more than E: 0.001, 1e-7, "
                        "2^-24"},
    [FLAG_ROUNDING] = {FLAG_ROUNDING, 0, 0, "rounding", "WAY", ROUNDING,
                       "nearest (default, ties to even) or floor (towards minus infinity, off by less than 2^-B)"},
    [FLAG_EXACT_ZERO] = {FLAG_EXACT_ZERO, 0, 0, "exact-zero", NULL, ROUNDING,
                         "keep the sign of negative zeros when rounding"},
    [FLAG_KEEP] = {FLAG_KEEP, 0, 0, "keep", "GLOB", ROUNDING,
                   "do not round tensors whose names match; may be given several times"},
    [FLAG_ONLY] =
        {FLAG_ONLY, 0, 0, "only", "GLOB", ROUNDING,
         "round all float tensors whose names match, also vectors and small ones, and no others; may be given "
         "several times"},
    [FLAG_FORCE_LOSSY_RM] = {FLAG_FORCE_LOSSY_RM, 0, 0, "force-lossy-rm", NULL, ON(COMPRESS),
                             "let --rm remove files of which only a rounded copy is left"},
    [FLAG_SIGN] =
        {FLAG_SIGN, 0, 0, "sign", "PLACE", ROUNDING,
         "where the signs of floats go that are not rounded: rotate (the last bit of each), separate (a stream "
         "of their own) or auto (the smaller, default)"},
    [FLAG_SPOOL_LIMIT] =
        {FLAG_SPOOL_LIMIT, 0, 0, "spool-limit", "SIZE", CODING | ON(STAT) | ON(TEST),
         "keep what has to be read again in a temporary file, unless it is larger than SIZE; that is a zip file that "
         "comes from a pipe, as PyTorch writes them, and of a .znn file with repeats, from a pipe to a pipe, the "
         "output; "
         "SIZE is in bytes, or with KiB, MiB or GiB; 0 is never, the default 8GiB"},
    [FLAG_RANGE] =
        {FLAG_RANGE, 0, 0, "range", "A:B", ON(DECOMPRESS),
         "give only the bytes from A up to B of the original; B itself is left out; they go to standard output "
         "unless -o is given; without A from the start, without B to the end"},
    [FLAG_SALVAGE] = {FLAG_SALVAGE, 0, 0, "salvage", NULL, ON(DECOMPRESS),
                      "of a damaged FILE, give what is intact, with zeros for the rest, list what is lost, and exit "
                      "with 1 if anything is damaged"},
    [FLAG_MAX_OUTPUT] = {FLAG_MAX_OUTPUT, 0, 0, "max-output", "SIZE", ON(DECOMPRESS) | ON(TEST),
                         "refuse originals of more than SIZE bytes, also with KiB, MiB or GiB"},
    [FLAG_FORMAT] = {FLAG_FORMAT, 0, 0, "format", "FORM", ON(EXTRACT),
                     "raw (the bytes alone, default), npy or safetensors; without this flag, the extension of -o FILE "
                     "decides"},
    [FLAG_JSON] = {FLAG_JSON, 0, 0, "json", NULL, CODING | LOOKING,
                   "print JSON: a list with an object for each file, with the keys that znn(1) explains"},
    [FLAG_NAMES] = {FLAG_NAMES, 0, 0, "names", NULL, ON(LIST), "print the names of the tensors only, one on a line"},
    [FLAG_TENSORS] = {FLAG_TENSORS, 0, 0, "tensors", NULL, ON(STAT), "a row for each tensor"},
    [FLAG_LAYERS] = {FLAG_LAYERS, 0, 0, "layers", NULL, ON(STAT), "a row for each layer, and for each role"},
    [FLAG_SORT] = {FLAG_SORT, 0, 0, "sort", "ORDER", ON(STAT) | ON(LIST),
                   "size (the largest first), ratio (what compresses least first) or name"},
    [FLAG_MATCH] =
        {FLAG_MATCH, 0, 0, "match", "GLOB", ON(STAT) | ON(LIST),
         "only the tensors whose names match: * stands for any characters, ? for one, [a-z] for one of these"},
    [FLAG_BARS] = {FLAG_BARS, 0, 0, "bars", NULL, ON(STAT), "draw bars, also when standard output is no terminal"},
    [FLAG_SVG] = {FLAG_SVG, 0, 0, "svg", "FILE", ON(STAT), "write a picture of the layers to FILE"},
    [FLAG_QUICK] = {FLAG_QUICK, 0, 0, "quick", NULL, ON(STAT),
                    "compress a sample and estimate the rest, within about 1 %; this is for models of 512 MiB or more, "
                    "smaller ones are compressed as a whole"},
    [FLAG_RELATED] = {FLAG_RELATED, 0, 0, "related", NULL, ON(STAT),
                      "tell from samples whether the first FILE would gain from having the second one as its base"},
    [FLAG_SWEEP] =
        {FLAG_SWEEP, 0, 0, "sweep", NULL, ON(STAT),
         "tell what --fixed-point would give for B = 27, 24, 23, 19, 15, 12, 10, 8 and 6; with --tensors for "
         "each tensor, with --svg as a picture"},
    [FLAG_THREADS] = {FLAG_THREADS, 'T', 'T', "threads", "N", CODING | ON(STAT) | ON(TEST),
                      "use N threads; 0, the default, means one per processor; ZNN_NBTHREADS sets another default; the "
                      "output is the same "
                      "for any N"},
    [FLAG_MEMORY_LIMIT] = {FLAG_MEMORY_LIMIT, 0, 0, "memory-limit", "SIZE", CODING | LOOKING | ON(EXTRACT),
                           "take no more memory than SIZE bytes, also with KiB, MiB or GiB: fewer threads, where there "
                           "are several, or an error"},
    [FLAG_QUIET] = {FLAG_QUIET, 'q', 'q', "quiet", NULL, CODING | LOOKING | ON(EXTRACT),
                    "no warnings and no progress; given twice, no errors either"},
    [FLAG_VERBOSE] = {FLAG_VERBOSE, 'v', 'v', "verbose", NULL, CODING | ON(EXTRACT), "print a line for each file"},
    [FLAG_HELP] = {FLAG_HELP, 'h', 'h', "help", NULL, FLAG_EVERYWHERE, "print this help and exit"},
    [FLAG_VERSION] = {FLAG_VERSION, 'V', 'V', "version", NULL, FLAG_EVERYWHERE, "print the version and exit"},
};

const struct flag_info *znn_flag(enum flag flag)
{
    return &flags[flag];
}

const struct flag_info *znn_flag_find_short(char name)
{
    for (size_t i = 0; i < FLAG_COUNT; i++)
        if (flags[i].first && name >= flags[i].first && name <= flags[i].last)
            return &flags[i];
    return NULL;
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

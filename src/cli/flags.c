/*
 * flags.c - the one table of flags
 */
#include "cli/flags.h"

#include <string.h>

#define ON(command) (1u << COMMAND_##command)
#define CODING (ON(COMPRESS) | ON(DECOMPRESS))

static const struct flag_info flags[FLAG_COUNT] = {
    [FLAG_LEVEL] = {FLAG_LEVEL, '1', '9', NULL, NULL, ON(COMPRESS),
                    "level: 1 is the fastest, 5 the default, 9 gives the smallest files; others take the nearest of "
                    "these"},
    [FLAG_OUTPUT] = {FLAG_OUTPUT, 'o', 'o', "output", "FILE", CODING, "write to FILE; - is standard output"},
    [FLAG_STDOUT] = {FLAG_STDOUT, 'c', 'c', "stdout", NULL, CODING, "write to standard output"},
    [FLAG_KEEP] = {FLAG_KEEP, 'k', 'k', "keep", NULL, CODING, "keep the input files (default)"},
    [FLAG_REMOVE] = {FLAG_REMOVE, 0, 0, "rm", NULL, CODING,
                     "remove each input file once its output is safely on the disk"},
    [FLAG_FORCE] = {FLAG_FORCE, 'f', 'f', "force", NULL, CODING, "replace existing output files"},
    [FLAG_THREADS] = {FLAG_THREADS, 'T', 'T', "threads", "N", CODING,
                      "use N threads; 0, the default, means one per processor; the output is the same for any N"},
    [FLAG_QUIET] = {FLAG_QUIET, 'q', 'q', "quiet", NULL, CODING, "no warnings; given twice, no errors either"},
    [FLAG_VERBOSE] = {FLAG_VERBOSE, 'v', 'v', "verbose", NULL, CODING, "print a line for each file"},
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

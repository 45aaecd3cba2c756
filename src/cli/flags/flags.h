/*
 * flags.h - the table of flags
 *
 * The parser and --help read the table, the completions of shells are generated from it (completions/generate.c), and a
 * test checks the manual against it.  A new flag needs a value of enum flag, a row in flags.c, a case in args.c, an
 * entry in man/znn.1, and `cmake --build BUILD --target completions`.
 */
#ifndef ZNN_CLI_FLAGS_FLAGS_H
#define ZNN_CLI_FLAGS_FLAGS_H

#include "cli/flags/commands.h"

#include <stddef.h>

enum flag {
    FLAG_LEVEL,
    FLAG_DECOMPRESS,
    FLAG_OUTPUT,
    FLAG_STDOUT,
    FLAG_KEEP_INPUT,
    FLAG_REMOVE,
    FLAG_FORCE,
    FLAG_FOREGROUND,
    FLAG_LOG,
    FLAG_RECURSIVE,
    FLAG_ALL,
    FLAG_EXCLUDE,
    FLAG_DRY_RUN,
    FLAG_DTYPE,
    FLAG_DEDUP,
    FLAG_NO_DEDUP,
    FLAG_BASE,
    FLAG_BASE_DIR,
    FLAG_RELATED,
    FLAG_DEPTH,
    FLAG_NO_BASE,
    FLAG_FIXED_POINT,
    FLAG_MAX_ERROR,
    FLAG_ROUNDING,
    FLAG_EXACT_ZERO,
    FLAG_KEEP,
    FLAG_ONLY,
    FLAG_FORCE_LOSSY_RM,
    FLAG_SIGN,
    FLAG_SPOOL_LIMIT,
    FLAG_RANGE,
    FLAG_SALVAGE,
    FLAG_MAX_OUTPUT,
    FLAG_FORMAT,
    FLAG_JSON,
    FLAG_NAMES,
    FLAG_BASES,
    FLAG_TENSORS,
    FLAG_LAYERS,
    FLAG_SORT,
    FLAG_MATCH,
    FLAG_BARS,
    FLAG_SVG,
    FLAG_QUICK,
    FLAG_SWEEP,
    FLAG_THREADS,
    FLAG_MEMORY_LIMIT,
    FLAG_QUIET,
    FLAG_VERBOSE,
    FLAG_HELP,
    FLAG_VERSION,
    FLAG_COUNT
};

struct flag_info {
    enum flag flag;
    char first, last;     /* the short names from `first` to `last`, for most flags one letter */
    const char *name;     /* the long name without its dashes, or NULL */
    const char *argument; /* the argument's name in --help, or NULL if the flag takes none */
    unsigned commands;    /* the commands that take it: 1 << enum command_id for each, or FLAG_EVERYWHERE */
    const char *help;     /* a description, without a final full stop */
};

/* Also without a command. */
#define FLAG_EVERYWHERE (~0u)

/*
 * Returns the row of a flag.
 */
const struct flag_info *znn_flag(enum flag flag);

/*
 * Return the row with the short name `name`, or with the long name of `size` bytes at `name`, or NULL if there is none.
 * If a letter has several meanings, `command` decides; it may be NULL.
 */
const struct flag_info *znn_flag_find_short(char name, const struct command *command);
const struct flag_info *znn_flag_find_long(const char *name, size_t size);

/*
 * Returns the length of the part of a row's help that is enough for one line: up to the first explanation.
 */
size_t znn_flag_summary_size(const struct flag_info *info);

#endif

/*
 * flags.h - the one table of flags
 *
 * The parser and --help read it, the completions of shells are made from it (completions/generate.c), and a test holds
 * the manual against it.  A new flag takes a value of enum flag, a row in flags.c, a case in args.c, its place in
 * man/znn.1, and `cmake --build BUILD --target completions`.
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
    FLAG_RECURSIVE,
    FLAG_ALL,
    FLAG_EXCLUDE,
    FLAG_DRY_RUN,
    FLAG_DTYPE,
    FLAG_DEDUP,
    FLAG_NO_DEDUP,
    FLAG_BASE,
    FLAG_BASE_DIR,
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
    FLAG_TENSORS,
    FLAG_LAYERS,
    FLAG_SORT,
    FLAG_MATCH,
    FLAG_BARS,
    FLAG_SVG,
    FLAG_QUICK,
    FLAG_RELATED,
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
    const char *argument; /* what --help calls the argument, or NULL where the flag takes none */
    unsigned commands;    /* who takes it: 1 << enum command_id for each, or FLAG_EVERYWHERE */
    const char *help;     /* what it does, without a final full stop */
};

/* Also without a command. */
#define FLAG_EVERYWHERE (~0u)

/*
 * The row of a flag.
 */
const struct flag_info *znn_flag(enum flag flag);

/*
 * The rows with the short name `name`, or with the long name of `size` bytes at `name`; NULL where there is none.
 */
const struct flag_info *znn_flag_find_short(char name);
const struct flag_info *znn_flag_find_long(const char *name, size_t size);

/*
 * How many bytes of a row's help say enough for one line: up to the first explanation.
 */
size_t znn_flag_summary_size(const struct flag_info *info);

#endif

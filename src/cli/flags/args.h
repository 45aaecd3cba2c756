/*
 * args.h - the command line, understood
 *
 *     znn [FLAG]... COMMAND [FLAG | OPERAND]...
 *
 * Flags may stand anywhere, also before the command and after operands, until "--" makes all that follows operands.
 * The first operand is the command; -d stands for decompress, and without either, znn compresses from standard input to
 * standard output if both are redirected (tar -I znn calls it so).  Short flags cluster (-kfv); an argument follows at
 * once (-oFILE, --output=FILE) or as the next word (-o FILE, --output FILE).  "-" is an operand.  Where flags
 * contradict each other, the last wins.
 */
#ifndef ZNN_CLI_FLAGS_ARGS_H
#define ZNN_CLI_FLAGS_ARGS_H

#include "cli/flags/commands.h"
#include "cli/say/values.h"
#include "znn.h"

#include <stdbool.h>
#include <stddef.h>

/* -h is a reminder, --help an explanation. */
enum help { HELP_NONE, HELP_SHORT, HELP_LONG };

#define SPOOL_LIMIT_DEFAULT (UINT64_C(8) << 30) /* bytes, if --spool-limit is not given */

/* What a flag was given that may be given several times. */
#define PATTERNS_MAX 64

struct patterns {
    const char *words[PATTERNS_MAX];
    bool matched[PATTERNS_MAX]; /* something */
    size_t count;
};

struct settings {
    const struct command *command; /* NULL if none was given */
    enum help help;
    bool show_version;
    const char *output;      /* -o FILE, or NULL */
    const char *into;        /* -o DIR, or NULL: each output gets its usual name there */
    bool to_stdout;          /* -c */
    bool remove_source;      /* --rm */
    bool force;              /* -f */
    bool recursive;          /* -r */
    bool all;                /* --all */
    bool dry_run;            /* -n */
    struct patterns exclude; /* --exclude */
    int level;               /* 1 to 9, or 0 where none was given */
    unsigned threads;        /* 0: one per processor */
    const char *dtype;       /* --dtype, as the library calls it, or NULL */
    bool has_bits;           /* --fixed-point */
    unsigned bits;           /* the precision; above ZNN_BITS_MAX where none meets --max-error */
    const char *max_error;
    bool has_rounding;
    enum znn_rounding rounding;
    bool exact_zero;
    struct patterns keep, only;
    bool force_lossy_rm;
    enum znn_sign sign;
    bool sweep;
    uint64_t spool_limit;
    int dedup;             /* as in struct znn_compress_options */
    uint64_t max_output;   /* --max-output, or 0 */
    uint64_t memory_limit; /* --memory-limit, or 0 */
    bool salvage;
    bool json;
    bool names;           /* list: nothing else */
    bool tensors, layers; /* what stat is to list */
    bool quick;
    bool related;
    const char *base;     /* --base, or NULL */
    const char *base_dir; /* --base-dir, or NULL */
    bool bars;
    enum order order;   /* --sort */
    const char *match;  /* a pattern, or NULL */
    const char *svg;    /* a file, or NULL */
    enum form form;     /* --format */
    struct range range; /* --range */
    char **operands;    /* a part of argv */
    size_t operand_count;
};

/*
 * Reads the command line into `settings`, whose operands then lie in `argv`, which is reordered.  The verbosity is set
 * as -q and -v say.  Returns false for wrong usage, having said what is wrong.
 */
bool znn_args_parse(struct settings *settings, int argc, char **argv);

#endif

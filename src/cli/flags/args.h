/*
 * args.h - parses the command line
 *
 *     znn [FLAG]... COMMAND [FLAG | OPERAND]...
 *
 * Flags may stand anywhere, even before the command and after operands.  After "--", all words are operands.
 * The first operand is the command, and -d stands for decompress.  Without either, znn compresses standard input to
 * standard output if both are redirected, as for tar -I znn.  Short flags can be joined (-kfv).  An argument follows
 * directly (-oFILE, --output=FILE) or as the next word (-o FILE, --output FILE).  "-" is an operand.  If flags
 * contradict each other, the last one wins.
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

/* The values of a flag that may be given several times. */
#define PATTERNS_MAX 64

struct patterns {
    const char *words[PATTERNS_MAX];
    bool matched[PATTERNS_MAX]; /* something */
    size_t count;
};

/* --fixed-point and the flags that belong to it. */
struct rounding_settings {
    bool has_bits;
    unsigned bits; /* the precision; above ZNN_BITS_MAX if none meets --max-error */
    const char *max_error;
    bool has_mode;
    enum znn_rounding mode;
    bool exact_zero;
    struct patterns keep, only;
    enum znn_sign sign;
    bool force_removal; /* --force-lossy-rm */
};

/* Where output goes, and what becomes of the input. */
struct target_settings {
    const char *path;      /* -o FILE, or NULL */
    const char *directory; /* -o DIR, or NULL: each output gets its usual name there */
    bool to_stdout;        /* -c */
    bool force;            /* -f */
    bool remove_source;    /* --rm */
    bool dry_run;          /* -n */
};

/* What the work may take. */
struct limit_settings {
    unsigned threads; /* 0: one per processor */
    uint64_t spool_limit;
    uint64_t max_output;   /* --max-output, or 0 */
    uint64_t memory_limit; /* --memory-limit, or 0 */
};

/* Directories. */
struct tree_settings {
    bool recursive; /* -r */
    bool all;       /* --all */
    struct patterns exclude;
};

struct base_settings {
    const char *path;      /* --base, or NULL */
    const char *directory; /* --base-dir, or NULL */
    bool related;          /* --related */
    unsigned depth;        /* --depth: bases that a file may need, one after the other; 0 if it was not given */
    bool none;             /* --no-base */
};

/* How list and stat show a model. */
struct view_settings {
    bool names;           /* list: nothing else */
    bool bases;           /* list: which file needs which */
    bool tensors, layers; /* what stat lists */
    bool bars;
    bool quick;
    bool sweep;
    enum order order;  /* --sort */
    const char *match; /* a pattern, or NULL */
    const char *svg;   /* a file, or NULL */
};

struct mount_settings {
    bool foreground;
    const char *log; /* a file, or NULL */
};

/*
 * The settings that the command line gives.  Each group holds the settings that one part of the program uses together.
 */
struct settings {
    const struct command *command; /* NULL if none was given */
    char **operands;               /* a part of argv */
    size_t operand_count;
    enum help help;
    bool show_version;
    bool json;
    int level;          /* 1 to 9, or 0 if none was given */
    const char *dtype;  /* --dtype, as the library calls it, or NULL */
    int dedup;          /* as in struct znn_compress_options */
    bool salvage;       /* decompress */
    enum form form;     /* extract --format */
    struct range range; /* decompress --range */
    struct target_settings target;
    struct tree_settings tree;
    struct base_settings base;
    struct rounding_settings rounding;
    struct limit_settings limits;
    struct view_settings view;
    struct mount_settings mount;
};

/*
 * Parses the command line into `settings`, whose operands point into `argv`, which is reordered.  Also sets the
 * verbosity for -q and -v.  Returns false for wrong usage, which is reported.
 */
bool znn_args_parse(struct settings *settings, int argc, char **argv);

#endif

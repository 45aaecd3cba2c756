/*
 * lossy.h - the flags for rounding, and messages about rounding
 */
#ifndef ZNN_CLI_FLAGS_LOSSY_H
#define ZNN_CLI_FLAGS_LOSSY_H

#include "cli/flags/args.h"
#include "znn.h"

/*
 * Checks the flags against each other, and finds the precision for --max-error.  Returns false for wrong usage, which
 * is reported.
 */
bool znn_lossy_check(struct settings *settings);

/*
 * Returns true if files are to be rounded, or examined as if they were.
 */
bool znn_lossy_is_asked(const struct settings *settings);

/*
 * Sets the options for the library.  `settings` must be a variable and outlive the options: it records the patterns
 * that match.
 */
void znn_lossy_options(const struct settings *settings, struct znn_compress_options *options);

/*
 * "fixed point, B = 15: at most 2^-16 from the original", and so on; "" if nothing was rounded.
 */
struct lossy_words {
    char text[120];
};

struct lossy_words znn_lossy_words(const struct znn_lossy *lossy);

/*
 * Warns about tensors that were not rounded although the user asked for it, and about numbers that became zero.
 */
void znn_lossy_say_rest(const struct settings *settings, const char *name, const struct znn_report *report);

/*
 * Warns about patterns that matched nothing in any file, because a misspelt name may have let a tensor be rounded.
 */
void znn_lossy_say_unmatched(const struct settings *settings);

struct json;

/*
 * Writes the same facts as the object "rounded", if rounding was requested and there are floats.
 */
void znn_lossy_write_rest(struct json *json, const struct znn_report *report);

/*
 * Writes the object "lossy" for a lossy file.
 */
void znn_lossy_write(struct json *json, const struct znn_lossy *lossy);

#endif

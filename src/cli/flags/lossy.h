/*
 * lossy.h - what the command line says of rounding, and what is said to the user of it
 */
#ifndef ZNN_CLI_FLAGS_LOSSY_H
#define ZNN_CLI_FLAGS_LOSSY_H

#include "cli/flags/args.h"
#include "znn.h"

/*
 * Checks the flags against each other, and finds the precision for --max-error.  Returns false for wrong usage, having
 * said what is wrong.
 */
bool znn_lossy_check(struct settings *settings);

/*
 * True where the files that are written, or looked at as if, are to be lossy.
 */
bool znn_lossy_is_asked(const struct settings *settings);

/*
 * Sets the options for the library.  `settings`, a variable, must outlive them; it learns which patterns match.
 */
void znn_lossy_options(const struct settings *settings, struct znn_compress_options *options);

/*
 * "fixed point, B = 15: at most 2^-16 from the original", and so on; "" where nothing was rounded.
 */
struct lossy_words {
    char text[120];
};

struct lossy_words znn_lossy_words(const struct znn_lossy *lossy);

/*
 * Warns of tensors that were not rounded though rounding was asked for, and of numbers that it destroyed.
 */
void znn_lossy_say_rest(const struct settings *settings, const char *name, const struct znn_report *report);

/*
 * Warns of patterns that have matched nothing in any file: a slip in a name may have let a tensor be rounded.
 */
void znn_lossy_say_unmatched(const struct settings *settings);

struct json;

/*
 * The same facts as the object "rounded", if rounding was asked for and there is something to round.
 */
void znn_lossy_write_rest(struct json *json, const struct znn_report *report);

/*
 * Writes the object "lossy", if there is something to say.
 */
void znn_lossy_write(struct json *json, const struct znn_lossy *lossy);

#endif

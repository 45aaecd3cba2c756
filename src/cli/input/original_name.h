/*
 * original_name.h - the name that the original of a .znn file gets, from the header of the file
 */
#ifndef ZNN_CLI_INPUT_ORIGINAL_NAME_H
#define ZNN_CLI_INPUT_ORIGINAL_NAME_H

#include <stdbool.h>

/*
 * Returns true if the extension has only letters and digits.  It comes from the file, which may be untrusted.  The
 * library has checked it, but it becomes part of a path, so the program checks it again.
 */
bool znn_original_extension_is_harmless(const char *extension);

/*
 * Returns the original's name for the .znn file `path`, made from `target`: the path itself, or its place in an output
 * directory.  The caller frees the name.  Returns NULL, without a message, if the file cannot be read, `target` does
 * not end in .znn, or memory ran out.
 */
char *znn_original_name(const char *path, const char *target);

#endif

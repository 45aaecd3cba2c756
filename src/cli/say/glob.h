/*
 * glob.h - patterns for the names of tensors
 *
 *     *        any characters, none too; dots and slashes are nothing special
 *     ?        one character
 *     [a-z0]   one of these; [!a-z] or [^a-z] one of the others; ] stands first to be meant itself
 *     \*       a star
 *
 * A character is one of UTF-8, or a byte that is none.  A [ without its ] means itself.
 */
#ifndef ZNN_CLI_SAY_GLOB_H
#define ZNN_CLI_SAY_GLOB_H

#include <stdbool.h>
#include <stddef.h>

/*
 * True where all `size` bytes of `name` match.  In the worst case it takes as many steps as name and pattern have
 * characters, multiplied; with one star at the most, added.
 */
bool znn_glob_match(const char *pattern, const char *name, size_t size);

#endif

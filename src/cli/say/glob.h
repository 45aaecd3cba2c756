/*
 * glob.h - matches tensor names with patterns
 *
 *     *        any number of characters, including dots and slashes
 *     ?        one character
 *     [a-z0]   one of these; [!a-z] or [^a-z] one of the others; ] comes first to match itself
 *     \*       a star
 *
 * A character is a UTF-8 character or an invalid byte.  A [ without a ] matches itself.
 */
#ifndef ZNN_CLI_SAY_GLOB_H
#define ZNN_CLI_SAY_GLOB_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Returns true if the pattern matches all `size` bytes of `name`.  The worst-case time is the product of the lengths of
 * name and pattern; with at most one star, it is their sum.
 */
bool znn_glob_match(const char *pattern, const char *name, size_t size);

#endif

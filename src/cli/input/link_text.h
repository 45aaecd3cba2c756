/*
 * link_text.h - makes the texts of symbolic links
 *
 *     a/latest.bin -> ./steps/3.bin       and the output of a/steps/3.bin is   a/steps/3.bin.znn
 *     a/latest.bin.znn -> ./steps/3.bin.znn
 *
 * Paths are handled as text, which is correct in a tree whose directories are not links.
 */
#ifndef ZNN_CLI_INPUT_LINK_TEXT_H
#define ZNN_CLI_INPUT_LINK_TEXT_H

#include <stdbool.h>

/*
 * Returns the target of the link at `below` with the text `text`, both relative to the top of a tree: "a/b/x", "../y"
 * -> "a/y".  The caller frees it.  Returns NULL if the target is outside the tree or memory ran out.
 */
char *znn_link_resolve(const char *below, const char *text);

/*
 * Returns the text for a link at `path` to `target`.  Both must be absolute or relative to the same directory, and
 * without "..".  The caller frees it.  Returns NULL if memory ran out.
 */
char *znn_link_relative(const char *path, const char *target);

/*
 * Returns `text` with its last component replaced by that of `target`.  The caller frees it.  Returns NULL if memory
 * ran out.
 */
char *znn_link_renamed(const char *text, const char *target);

#endif

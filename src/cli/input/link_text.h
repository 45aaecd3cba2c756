/*
 * link_text.h - what a symbolic link says, and what its counterpart has to say
 *
 *     a/latest.bin -> ./steps/3.bin       and the output of a/steps/3.bin is   a/steps/3.bin.znn
 *     a/latest.bin.znn -> ./steps/3.bin.znn
 *
 * Paths are taken apart as text.  That is right within a tree whose directories were reached through no link.
 */
#ifndef ZNN_CLI_INPUT_LINK_TEXT_H
#define ZNN_CLI_INPUT_LINK_TEXT_H

#include <stdbool.h>

/*
 * What the symbolic link `path` says.  The caller frees it; NULL, with errno set, if it cannot be read.
 */
char *znn_link_text(const char *path);

/*
 * Where `text` leads from a link at `below`, both relative to the top of a tree: "a/b/x", "../y" -> "a/y".  The caller
 * frees it; NULL if that is outside the tree, or memory runs out.
 */
char *znn_link_resolve(const char *below, const char *text);

/*
 * The text for a link at `path` that leads to `target`; both are relative to the same directory, or absolute, and
 * without "..".  The caller frees it; NULL means out of memory.
 */
char *znn_link_relative(const char *path, const char *target);

/*
 * `text` with the last component of `target` in place of its own.  The caller frees it; NULL means out of memory.
 */
char *znn_link_renamed(const char *text, const char *target);

#endif

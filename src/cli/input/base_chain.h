/*
 * base_chain.h - the base of a file, and that one's base, and so on
 *
 * The user names a base, or a .znn file remembers what its base was called, and that is looked for beside the file, and
 * in the directory that --base-dir names:
 *
 *     child.znn  -- "base.safetensors" -->  base.safetensors, base.safetensors.znn or base.znn
 *     child.znn  -- "base.znn"         -->  base.znn, base, or base.safetensors and so on
 *
 * A .znn file may have a base in its turn.  The name that a file remembers comes from wherever the file does, so it is
 * used only if it is a plain file name; whether what lies there is the right one, the library finds out.
 *
 * The files of a chain are locked, so that no other znn removes or replaces them while they are needed; see lock.h.
 */
#ifndef ZNN_CLI_INPUT_BASE_CHAIN_H
#define ZNN_CLI_INPUT_BASE_CHAIN_H

#include "cli/input/input_file.h"

struct chained {
    struct input_file file;
    char *path;
    struct znn_base *base;
};

/*
 * What a .znn file remembers its base by, for people and, if it is a plain file name, to look for; "" where it is none,
 * remembers nothing, or is a stream.
 */
struct base_hint {
    char name[ZNN_BASE_NAME_MAX + 1];
};

struct base_hint znn_base_hint(const struct input_file *file);

/*
 * Zeroed, it is empty.  Close in the end.
 */
struct base_chain {
    struct chained links[ZNN_BASE_DEPTH_MAX]; /* the nearest first */
    size_t count;
};

/*
 * Opens the base `path`, and what it needs itself.  `directory` is that of --base-dir, or NULL.  Returns false, having
 * said why, if that fails.
 */
bool znn_base_chain_open(struct base_chain *chain, const char *path, const char *directory);

/*
 * Finds and opens the base that `child` remembers, if it is a .znn file that does.  It is looked for in the directory
 * of the path `output`, too, unless that is NULL: with -r it may have been decompressed there a moment ago.  Where it
 * is not found, the chain stays empty: the library will say what is missing.  Returns false, having said why, if it was
 * found and could not be opened.
 */
bool znn_base_chain_find(struct base_chain *chain, const struct input_file *child, const char *directory,
                         const char *output);

/*
 * The same, but nothing is said, locked, or decoded: which files does `child` need, as far as they are there?
 */
void znn_base_chain_locate(struct base_chain *chain, const struct input_file *child, const char *directory,
                           const char *output);

/*
 * Says what the library found wrong with `file`, whose chain this is, or with a base of it: the line then goes
 * from file to file, up to the one at fault.  Returns false.
 *
 *     znn: c.znn: its base './b.znn': its base './a.znn': the file is damaged: ...
 */
bool znn_base_chain_say(const struct base_chain *chain, const struct input_file *file, const struct znn_error *error);

/*
 * For the library; NULL where the chain is empty.
 */
struct znn_base *znn_base_chain_base(const struct base_chain *chain);

/*
 * What the nearest base is called, without its path.
 */
const char *znn_base_chain_name(const struct base_chain *chain);

/*
 * True if `file` is one of the chain's.
 */
bool znn_base_chain_has(const struct base_chain *chain, const struct input_file *file);

/*
 * The same for the file with this status.
 */
bool znn_base_chain_has_status(const struct base_chain *chain, const struct stat *status);

/*
 * True if a file of the chain has been written to since it was opened.
 */
bool znn_base_chain_has_changed(const struct base_chain *chain);

/*
 * True if each name still leads to the file of the chain that was opened by it.
 */
bool znn_base_chain_is_there(const struct base_chain *chain);

void znn_base_chain_close(struct base_chain *chain);

#endif

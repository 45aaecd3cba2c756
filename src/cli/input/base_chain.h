/*
 * base_chain.h - finds the base of a file, the base of that base, and so on
 *
 * The user names a base, or a .znn file stores the name of its base.  znn looks for that name next to the file and in
 * the directory given with --base-dir:
 *
 *     child.znn    -- "base.safetensors" -->  base.safetensors, base.safetensors.znn or base.znn
 *     child.znn    -- "base.znn"         -->  base.znn, base, or base.safetensors and so on
 *     b/child.znn  -- "../a/base.znn"    -->  a/base.znn and so on, or b/base.znn and so on
 *
 * A base that is a .znn file may itself have a base.  The stored name may be untrusted, so it is used only to read a
 * regular file, and only if it is relative and names nothing hidden.  The library checks whether the file found is the
 * right one.
 *
 * The files of a chain are locked, so that no other znn removes or replaces them while they are needed (lock.h).
 */
#ifndef ZNN_CLI_INPUT_BASE_CHAIN_H
#define ZNN_CLI_INPUT_BASE_CHAIN_H

#include "cli/input/input_file.h"
#include "cli/system/file_status.h"

struct chained {
    struct input_file file;
    char *path;
    struct znn_base *base;
};

/*
 * The name or path of the base that a .znn file stores, for messages and for the search.  It is "" if the file is not a
 * .znn file, stores no name, or is a stream.
 */
struct base_hint {
    char name[ZNN_BASE_NAME_MAX + 1];
};

struct base_hint znn_base_hint(const struct input_file *file);

/*
 * Returns true if a .znn file can store `name` as the path of its base (znn(5), "Header").
 */
bool znn_base_hint_is_sound(const char *name);

/*
 * A zeroed struct is an empty chain.  Call znn_base_chain_close() when done.
 */
struct base_chain {
    struct chained links[ZNN_BASE_DEPTH_MAX]; /* the nearest first */
    size_t count;
};

/*
 * Opens the base `path` and its own bases.  `directory` is that of --base-dir, or NULL.  Returns false if this fails,
 * which is reported.
 */
bool znn_base_chain_open(struct base_chain *chain, const char *path, const char *directory);

/*
 * Opens the model `path` and the bases that it needs, as a base, but without messages and locks.  Returns false if this
 * fails.
 */
bool znn_base_chain_look(struct base_chain *chain, const char *path, const char *directory);

/*
 * Finds and opens the base that the .znn file `child` names, if any.  Also searches the directory of the path `output`,
 * unless it is NULL, because -r may just have decompressed the base there.  If the base is not found, the chain stays
 * empty, and the library reports the missing base.  Returns false if a base was found but could not be opened, which is
 * reported.
 */
bool znn_base_chain_find(struct base_chain *chain, const struct input_file *child, const char *directory,
                         const char *output);

/*
 * Finds the files that `child` needs, as far as they exist, without messages, locks and decoding.
 */
void znn_base_chain_locate(struct base_chain *chain, const struct input_file *child, const char *directory,
                           const char *output);

/*
 * Does the same as if the file `without` did not exist.
 */
void znn_base_chain_locate_without(struct base_chain *chain, const struct input_file *child, const char *directory,
                                   const struct file_status *without);

/*
 * Reports an error of the library about `file`, whose chain this is, or about one of its bases.  The line then goes
 * from file to file, up to the one at fault.  Returns false.
 *
 *     znn: c.znn: its base './b.znn': its base './a.znn': the file is damaged: ...
 */
bool znn_base_chain_say(const struct base_chain *chain, const struct input_file *file, const struct znn_error *error);

/*
 * Returns the base for the library, or NULL if the chain is empty.
 */
struct znn_base *znn_base_chain_base(const struct base_chain *chain);

/*
 * Returns the name of the nearest base, without its path.
 */
const char *znn_base_chain_name(const struct base_chain *chain);

/*
 * Returns true if `file` is in the chain.
 */
bool znn_base_chain_has(const struct base_chain *chain, const struct input_file *file);

/*
 * Returns true if the file with this status is in the chain.
 */
bool znn_base_chain_has_status(const struct base_chain *chain, const struct file_status *status);

/*
 * Returns true if a file of the chain has been written to since it was opened.
 */
bool znn_base_chain_has_changed(const struct base_chain *chain);

/*
 * Returns true if each name still leads to the file that was opened.
 */
bool znn_base_chain_is_there(const struct base_chain *chain);

void znn_base_chain_close(struct base_chain *chain);

#endif

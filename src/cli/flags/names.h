/*
 * names.h - how files are called before and after
 *
 *     model.safetensors  <->  model.znn           a model's extension is replaced, and the .znn file remembers it
 *     notes.txt          <->  notes.txt.znn       anything else gets .znn appended
 *     .bin               <->  .bin.znn            a name that is all extension, too
 *     model.bin.bin      <->  model.bin.bin.znn   and one that has its extension twice (see below)
 *
 * On the way back the remembered extension is appended, unless the name carries it anyway because someone called the
 * file model.safetensors.znn.  For this to be unambiguous, an extension that stands there twice is not replaced.
 *
 * Names are bytes; no encoding is assumed, and upper and lower case differ.
 */
#ifndef ZNN_CLI_FLAGS_NAMES_H
#define ZNN_CLI_FLAGS_NAMES_H

#include <stdbool.h>
#include <stddef.h>

/*
 * The last component of a path, which may be empty.
 */
const char *znn_names_base(const char *path);

/*
 * The directory of a path, "." where none is written.  The caller frees it; NULL means out of memory.
 */
char *znn_names_directory(const char *path);

/*
 * "directory/name".  The caller frees it; NULL means out of memory.
 */
char *znn_names_below(const char *directory, const char *name);

/*
 * "directory/name" with the last component of `path` as the name.  The caller frees it; NULL means out of memory.
 */
char *znn_names_within(const char *directory, const char *path);

/*
 * The path of a directory without the slashes at its end, so that names can follow it; for "/" that is "/.".  The
 * caller frees it; NULL means out of memory.
 */
char *znn_names_root(const char *directory);

/*
 * True where `path` ends in .znn and has something before it.
 */
bool znn_names_is_znn(const char *path);

/*
 * The extension of `path`, without its dot, if it is a model's and is to be replaced, or NULL.  Static.
 */
const char *znn_names_model_extension(const char *path);

/*
 * True where `path` ends in a model's extension, whether or not it is one to be replaced.
 */
bool znn_names_is_model(const char *path);

/*
 * The extension of a model with number `i`, without its dot, or NULL where there are no more.  Static.
 */
const char *znn_names_extension(size_t i);

/*
 * `path` with .znn in place of `extension`, which it has, or appended where `extension` is NULL.  The caller frees it;
 * NULL means out of memory.
 */
char *znn_names_compressed(const char *path, const char *extension);

/*
 * The original's name for a .znn file's `path`, for which znn_names_is_znn() holds, and the extension that it
 * remembers, or "".  The caller frees it; NULL means out of memory.
 */
char *znn_names_decompressed(const char *path, const char *extension);

#endif

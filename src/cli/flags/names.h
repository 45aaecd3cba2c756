/*
 * names.h - makes the names of compressed and decompressed files
 *
 *     model.safetensors  <->  model.znn           a model's extension is replaced, and the .znn file remembers it
 *     notes.txt          <->  notes.txt.znn       any other name gets .znn appended
 *     .bin               <->  .bin.znn            so does a name that is only an extension
 *     model.bin.bin      <->  model.bin.bin.znn   and a name that has its extension twice (see below)
 *
 * Decompressing appends the stored extension, unless the name already has it because someone named the file
 * model.safetensors.znn.  So that this stays unambiguous, an extension that occurs twice is not replaced.
 *
 * Names are bytes.  No encoding is assumed, and upper and lower case differ.
 */
#ifndef ZNN_CLI_FLAGS_NAMES_H
#define ZNN_CLI_FLAGS_NAMES_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Returns true if `path` ends in .znn with something before it.
 */
bool znn_names_is_znn(const char *path);

/*
 * Returns the extension of `path` that .znn replaces, without its dot, or NULL if there is none.  Static.
 */
const char *znn_names_model_extension(const char *path);

/*
 * Returns true if `path` ends in a model's extension, even one that .znn does not replace.
 */
bool znn_names_is_model(const char *path);

/*
 * Returns the model extension number `i`, without its dot, or NULL if there are no more.  Static.
 */
const char *znn_names_extension(size_t i);

/*
 * Returns `path` with .znn in place of its extension `extension`, or appended if `extension` is NULL.  The caller frees
 * it.  Returns NULL if memory ran out.
 */
char *znn_names_compressed(const char *path, const char *extension);

/*
 * Returns the original's name for the `path` of a .znn file, for which znn_names_is_znn() must be true, and its stored
 * extension, or "".  The caller frees the name.  Returns NULL if memory ran out.
 */
char *znn_names_decompressed(const char *path, const char *extension);

#endif

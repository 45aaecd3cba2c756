/*
 * zipnn.h - files of ZipNN, another program, which calls them .znn, too
 *
 *     model.safetensors.znn    "ZN" and what follows           the whole file is compressed
 *     model.znn.safetensors    a safetensors file              each tensor is compressed, and is a tensor of U8 now;
 *                                                              the metadata has the key znn_compressed_vectors
 *
 * znn cannot open them, and compresses them as it finds them, which gains next to nothing.  The user is told so.
 */
#ifndef ZNN_CLI_INPUT_ZIPNN_H
#define ZNN_CLI_INPUT_ZIPNN_H

#include "cli/input/input_file.h"

/*
 * What opens the file if it is ZipNN's, as messages say it, or NULL.  A stream is not looked into.  Static.
 */
const char *znn_zipnn_remedy(const struct input_file *file);

/*
 * Says what the library found wrong with a file, as znn_say_failure() does, or that it is ZipNN's.  Returns false.
 */
bool znn_zipnn_say(const struct input_file *file, const struct znn_error *error);

/*
 * Warns if a file that is taken for a model is ZipNN's.
 */
void znn_zipnn_warn(const struct input_file *file);

#endif

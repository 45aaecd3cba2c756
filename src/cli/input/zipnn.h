/*
 * zipnn.h - detects files of ZipNN, another program that also uses .znn
 *
 *     model.safetensors.znn    "ZN" and what follows           the whole file is compressed
 *     model.znn.safetensors    a safetensors file              each tensor is compressed, and is a tensor of U8 now;
 *                                                              the metadata has the key znn_compressed_vectors
 *
 * znn cannot decompress these files.  If asked to compress them, it does so, but gains next to nothing, and warns.
 */
#ifndef ZNN_CLI_INPUT_ZIPNN_H
#define ZNN_CLI_INPUT_ZIPNN_H

#include "cli/input/input_file.h"

/*
 * Returns the ZipNN tool that opens the file, as text for messages, or NULL if the file is not ZipNN's.  A stream is
 * not examined.  Static.
 */
const char *znn_zipnn_remedy(const struct input_file *file);

/*
 * Reports an error of the library about a file, like znn_say_failure(), or that the file is ZipNN's.  Returns false.
 */
bool znn_zipnn_say(const struct input_file *file, const struct znn_error *error);

/*
 * Warns if a file that is compressed as a model is ZipNN's.
 */
void znn_zipnn_warn(const struct input_file *file);

#endif

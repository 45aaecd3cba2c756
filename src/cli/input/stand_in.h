/*
 * stand_in.h - detects files that have a model's name but are not models
 *
 *     model.safetensors    "version https://git-lfs..."    a pointer, because Git LFS has not fetched the file
 *     model.gguf           "<!doctype html>..."            the page that a server sent in place of the file
 *
 * znn compresses them as they are, and warns, because the user thinks that they are models.
 */
#ifndef ZNN_CLI_INPUT_STAND_IN_H
#define ZNN_CLI_INPUT_STAND_IN_H

#include "cli/input/input_file.h"

/*
 * Warns if a file with a model's name is such a stand-in, or a model that ZipNN has compressed.  A stream is not
 * examined.
 */
void znn_stand_in_warn(const struct input_file *file);

#endif

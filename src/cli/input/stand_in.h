/*
 * stand_in.h - files that have a model's name but only stand for one
 *
 *     model.safetensors    "version https://git-lfs..."    a pointer, because Git LFS has not fetched the file
 *     model.gguf           "<!doctype html>..."            the page that a server sent in place of the file
 *
 * znn compresses them as it finds them, and warns, because the user believes that a model was stored.
 */
#ifndef ZNN_CLI_INPUT_STAND_IN_H
#define ZNN_CLI_INPUT_STAND_IN_H

#include "cli/input/input_file.h"

/*
 * Warns if the file is called like a model and is such a stand-in, or a model that ZipNN has compressed.  A stream is
 * not looked into.
 */
void znn_stand_in_warn(const struct input_file *file);

#endif

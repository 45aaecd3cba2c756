/*
 * base_words.h - how the base that a .znn file needs is told
 *
 *     base.safetensors          as the file remembers it
 *     a base without a name
 */
#ifndef ZNN_CLI_BASE_WORDS_H
#define ZNN_CLI_BASE_WORDS_H

#include "cli/base_chain.h"
#include "cli/json_writer.h"

struct base_words {
    char text[ZNN_BASE_NAME_MAX + 1];
};

struct base_words znn_base_words(const struct input_file *file);

/*
 * Writes "base", where it has a name, and "base_tensors", where `tensors` of them are needed.
 */
void znn_base_write(struct json *json, const struct input_file *file, uint64_t tensors);

#endif

/*
 * base_words.h - how a base is told
 *
 *     22 tensors of base.safetensors          as a .znn file remembers it, or the user named it
 *     1 tensor of a base without a name
 */
#ifndef ZNN_CLI_SHOW_BASE_WORDS_H
#define ZNN_CLI_SHOW_BASE_WORDS_H

#include "cli/say/json_writer.h"

/*
 * Prints how many tensors of the base `name`, which may be "", are needed.
 */
void znn_base_print(const char *name, uint64_t tensors);

/*
 * Writes "base", where it has a name, and "base_tensors", unless none are needed.
 */
void znn_base_write(struct json *json, const char *name, uint64_t tensors);

#endif

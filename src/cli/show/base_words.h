/*
 * base_words.h - describes a base
 *
 *     22 tensors of base.safetensors          the name stored in a .znn file or given by the user
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
 * Writes "base", if it has a name, and "base_tensors", unless no tensors are needed.
 */
void znn_base_write(struct json *json, const char *name, uint64_t tensors);

#endif

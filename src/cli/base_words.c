/*
 * base_words.c - how the base that a .znn file needs is told
 */
#include "cli/base_words.h"

#include <stdio.h>
#include <string.h>

struct base_words znn_base_words(const struct input_file *file)
{
    struct base_hint hint = znn_base_hint(file);
    struct base_words words;
    snprintf(words.text, sizeof words.text, "%s", hint.name[0] ? hint.name : "a base without a name");
    return words;
}

void znn_base_write(struct json *json, const struct input_file *file, uint64_t tensors)
{
    struct base_hint hint = znn_base_hint(file);
    if (tensors == 0)
        return;
    if (hint.name[0])
        znn_json_string(json, "base", hint.name, strlen(hint.name));
    znn_json_number(json, "base_tensors", tensors);
}

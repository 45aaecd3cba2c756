/*
 * base_words.c - describes a base
 */
#include "cli/show/base_words.h"

#include "cli/say/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

void znn_base_print(const char *name, uint64_t tensors)
{
    printf("%" PRIu64 " tensor%s of ", tensors, tensors == 1 ? "" : "s");
    if (name[0])
        znn_text_write_shown(stdout, name, strlen(name));
    else
        fputs("a base without a name", stdout);
}

void znn_base_write(struct json *json, const char *name, uint64_t tensors)
{
    if (tensors == 0)
        return;
    if (name[0])
        znn_json_string(json, "base", name, strlen(name));
    znn_json_number(json, "base_tensors", tensors);
}

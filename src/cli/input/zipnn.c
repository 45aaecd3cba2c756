/*
 * zipnn.c - detects files of ZipNN, another program that also uses .znn
 */
#include "cli/input/zipnn.h"

#include "cli/flags/names.h"
#include "cli/say/message.h"
#include "cli/system/open_file.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The metadata comes first in a safetensors header, and ZipNN's is short. */
#define START_SIZE ((size_t)64 << 10)

static const char key[] = "\"znn_compressed_vectors\"";

static bool has_key(const char *start, size_t size)
{
    for (size_t i = 0; i + sizeof key - 1 <= size; i++)
        if (start[i] == key[0] && memcmp(start + i, key, sizeof key - 1) == 0)
            return true;
    return false;
}

/* Any file may start with these two letters by accident, so its name must match, too. */
static const char *judge(const struct input_file *file, const char *start, size_t size)
{
    if (size >= 2 && memcmp(start, "ZN", 2) == 0 && znn_names_is_znn(file->name))
        return "ZipNN's zipnn_decompress_file.py opens it";
    if (size > 9 && start[8] == '{' && has_key(start + 8, size - 8))
        return "ZipNN's zipnn_decompress_safetensors.py opens it";
    return NULL;
}

const char *znn_zipnn_remedy(const struct input_file *file)
{
    char *start = znn_input_file_is_plain(file) ? malloc(START_SIZE) : NULL;
    ptrdiff_t size = start ? znn_file_read_at(file->fd, start, START_SIZE, 0) : 0;
    const char *remedy = size > 0 ? judge(file, start, (size_t)size) : NULL;
    free(start);
    return remedy;
}

bool znn_zipnn_say(const struct input_file *file, const struct znn_error *error)
{
    const char *remedy = error->status == ZNN_ERROR_NOT_ZNN ? znn_zipnn_remedy(file) : NULL;
    if (!remedy)
        return znn_say_failure(file->name, error);
    struct znn_error told = {
        .struct_size = sizeof(struct znn_error), .status = ZNN_ERROR_NOT_ZNN, .offset = UINT64_MAX};
    snprintf(told.detail, sizeof told.detail, "it is a file of ZipNN, another program; %s", remedy);
    return znn_say_failure(file->name, &told);
}

void znn_zipnn_warn(const struct input_file *file)
{
    const char *remedy = znn_zipnn_remedy(file);
    if (remedy)
        znn_say_warning(file->name, "is compressed by ZipNN, another program, so znn hardly shrinks it; %s", remedy);
}

/*
 * schedule_models.c - the models of schedules.c, and the files with them
 */
#include "schedule_models.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "../unit/support.h"
#include "znn.h"

enum { NUMBERS = 1500 };

/* The first three would all be called m.znn. */
const char *const names[MODELS] = {"m.bin", "m.pt", "m.safetensors", "n.safetensors"};
const char *const stems[MODELS] = {"m", "m", "m", "n"};
const char *const extensions[MODELS] = {"bin", "pt", "safetensors", "safetensors"};

struct bytes models[MODELS];

void die(const char *what)
{
    perror(what);
    exit(2);
}

/* They differ in the low bits of their numbers, so that each is a good base for any other. */
void make_models(void)
{
    static const char header[] = "{\"weight\":{\"dtype\":\"F32\",\"shape\":[1500],\"data_offsets\":[0,6000]}}";
    struct random same = {.state = 7};
    float numbers[NUMBERS];
    for (size_t i = 0; i < NUMBERS; i++)
        numbers[i] = (float)random_below(&same, 1000000) / 1e8f;
    for (int model = 0; model < MODELS; model++) {
        struct random own = {.state = 100 + (uint64_t)model};
        size_t start = 8 + sizeof header - 1;
        struct bytes *bytes = &models[model];
        *bytes = (struct bytes){.data = calloc(1, start + sizeof numbers), .size = start + sizeof numbers};
        if (!bytes->data)
            die("calloc");
        bytes->data[0] = sizeof header - 1;
        memcpy(bytes->data + 8, header, sizeof header - 1);
        for (size_t i = 0; i < NUMBERS; i++) {
            float number = numbers[i] * (1 + (float)random_below(&own, 100) / 1e5f);
            memcpy(bytes->data + start + i * sizeof number, &number, sizeof number);
        }
    }
}

void write_file(const char *path, const struct bytes *bytes)
{
    FILE *file = fopen(path, "wb");
    if (!file || fwrite(bytes->data, 1, bytes->size, file) != bytes->size || fclose(file) != 0)
        die(path);
}

struct bytes read_file(const char *path)
{
    struct stat status;
    FILE *file = fopen(path, "rb");
    if (!file || fstat(fileno(file), &status) != 0)
        die(path);
    struct bytes bytes = {.data = malloc((size_t)status.st_size + 1), .size = (size_t)status.st_size};
    if (!bytes.data || fread(bytes.data, 1, bytes.size, file) != bytes.size)
        die(path);
    fclose(file);
    return bytes;
}

bool is_same(const struct bytes *a, const struct bytes *b)
{
    return a->size == b->size && memcmp(a->data, b->data, a->size) == 0;
}

bool is_called(const char *path, const char *end)
{
    size_t size = strlen(path), end_size = strlen(end);
    return size >= end_size && strcmp(path + size - end_size, end) == 0;
}

/* The base of a model's bytes; NULL for -1. */
static struct znn_base *open_base(int model)
{
    struct znn_base *base = NULL;
    if (model < 0)
        return NULL;
    struct znn_input input = znn_input_memory(models[model].data, models[model].size);
    if (znn_base_open(&input, NULL, &base, NULL) != ZNN_OK)
        die("znn_base_open");
    return base;
}

void write_packed(const char *path, int model, int base_model, const char *extension)
{
    struct znn_memory memory = {0};
    struct znn_input input = znn_input_memory(models[model].data, models[model].size);
    struct znn_output output = znn_output_memory(&memory);
    struct znn_base *base = open_base(base_model);
    struct znn_compress_options options = {
        .struct_size = sizeof(struct znn_compress_options), .threads = 1, .extension = extension, .base = base};
    if (base)
        options.base_name = names[base_model];
    if (znn_compress(&input, &output, &options, NULL, NULL) != ZNN_OK)
        die("znn_compress");
    write_file(path, &(struct bytes){.data = memory.data, .size = memory.size});
    free(memory.data);
    znn_base_close(base);
}

/* Which model does a .znn file give with this base?  -1 for none. */
int unpack(const struct bytes *packed, int base_model)
{
    struct znn_memory memory = {0};
    struct znn_input input = znn_input_memory(packed->data, packed->size);
    struct znn_output output = znn_output_memory(&memory);
    struct znn_base *base = open_base(base_model);
    struct znn_decompress_options options = {
        .struct_size = sizeof(struct znn_decompress_options), .threads = 1, .base = base};
    int found = -1;
    if (znn_decompress(&input, &output, &options, NULL, NULL) == ZNN_OK)
        for (int model = 0; model < MODELS; model++)
            if (is_same(&models[model], &(struct bytes){.data = memory.data, .size = memory.size}))
                found = model;
    free(memory.data);
    znn_base_close(base);
    return found;
}

void set_time(const char *path, int model)
{
    const struct timespec times[2] = {{.tv_sec = 1600000000 + model}, {.tv_sec = 1600000000 + model}};
    if (utimensat(AT_FDCWD, path, times, 0) != 0)
        die(path);
}

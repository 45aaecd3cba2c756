/*
 * weights.h - the weights of a safetensors file, as floats
 */
#ifndef ZNN_TESTS_WEIGHTS_H
#define ZNN_TESTS_WEIGHTS_H

#include <stdio.h>
#include <stdlib.h>

#include "common/bytes.h"
#include "model/model.h"

#include "numbers.h"

#define WEIGHT_RANK_MAX 8

struct weight {
    char *name;
    uint32_t rank;
    uint64_t shape[WEIGHT_RANK_MAX];
    size_t count; /* of elements */
    float *values;
};

struct weights {
    struct weight *items;
    size_t count;
};

/* These programs run in tests only: what goes wrong ends them. */
static inline void *need(void *memory)
{
    if (!memory) {
        fprintf(stderr, "out of memory\n");
        exit(1);
    }
    return memory;
}

static inline struct buffer read_file(const char *path)
{
    struct buffer file = {0};
    FILE *in = fopen(path, "rb");
    for (size_t got = 1; in && got > 0; file.size += got) {
        if (!znn_buffer_reserve(&file, 1 << 20))
            need(NULL);
        got = fread(file.data + file.size, 1, 1 << 20, in);
    }
    if (!in || ferror(in)) {
        perror(path);
        exit(1);
    }
    fclose(in);
    return file;
}

static inline float read_float(const uint8_t *p, enum dtype dtype)
{
    return dtype == DTYPE_F32    ? bits_to_float(load_le32(p))
           : dtype == DTYPE_BF16 ? from_bf16(load_le16(p))
                                 : from_f16(load_le16(p));
}

/* The tensor as a weight; `values` is NULL where it holds no floats of 16 or 32 bits. */
static inline struct weight read_weight(const struct model *model, const struct tensor *tensor, const uint8_t *file)
{
    struct weight weight = {.rank = tensor->rank};
    enum dtype dtype = (enum dtype)tensor->dtype;
    bool known = dtype == DTYPE_F32 || dtype == DTYPE_BF16 || dtype == DTYPE_F16;
    if (!known || tensor->rank > WEIGHT_RANK_MAX)
        return weight;
    struct byte_reader text = byte_reader(model->text.data + tensor->text, model->text.size - (size_t)tensor->text);
    weight.name = need(calloc(tensor->name_size + 1, 1));
    memcpy(weight.name, read_bytes(&text, tensor->name_size), tensor->name_size);
    for (uint32_t i = 0; i < tensor->rank; i++)
        weight.shape[i] = read_leb128(&text);
    size_t width = znn_dtype_info(dtype)->word;
    weight.count = (size_t)tensor->size / width;
    weight.values = need(malloc((weight.count + 1) * sizeof *weight.values));
    for (size_t i = 0; i < weight.count; i++)
        weight.values[i] = read_float(file + tensor->offset + i * width, dtype);
    return weight;
}

/*
 * Reads all tensors of F32, F16 and BF16.  Free with free_weights().
 */
static inline struct weights read_weights(const char *path)
{
    struct buffer file = read_file(path);
    struct znn_input input = znn_input_memory(file.data, file.size);
    struct source source;
    struct model model = {0};
    znn_source_open(&source, &input);
    if (znn_model_scan(&source, &model, NULL) || model.count == 0) {
        fprintf(stderr, "%s: no tensors there\n", path);
        exit(1);
    }
    struct weights weights = {.items = need(calloc(model.count, sizeof *weights.items))};
    for (size_t i = 0; i < model.count; i++) {
        struct weight weight = read_weight(&model, &model.tensors[i], file.data);
        if (weight.values)
            weights.items[weights.count++] = weight;
    }
    znn_model_free(&model);
    znn_source_close(&source);
    znn_buffer_free(&file);
    return weights;
}

static inline void free_weights(struct weights *weights)
{
    for (size_t i = 0; i < weights->count; i++) {
        free(weights->items[i].name);
        free(weights->items[i].values);
    }
    free(weights->items);
}

#endif

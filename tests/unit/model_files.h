/*
 * model_files.h - safetensors files with random tensors, and the .znn files of them
 */
#ifndef ZNN_TESTS_MODEL_FILES_H
#define ZNN_TESTS_MODEL_FILES_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "callbacks.h"
#include "common/buffer.h"
#include "common/bytes.h"
#include "model/dtype.h"
#include "support.h"

/* A safetensors file, and what it is known to hold. */
struct model_file {
    struct buffer bytes;
    struct known_tensor {
        char name[40];
        enum dtype dtype;
        uint64_t offset;
        uint64_t size;
    } * tensors;
    size_t count;
};

static inline void model_file_free(struct model_file *file)
{
    znn_buffer_free(&file->bytes);
    free(file->tensors);
}

/* Numbers of `word` bytes as weights have them: a few exponents, random signs and mantissas. */
static inline void append_numbers(struct buffer *bytes, struct random *random, size_t size, unsigned word)
{
    assert_true(znn_buffer_reserve(bytes, size + 8));
    for (size_t i = 0; i < size; i += word) {
        uint64_t number = random_u64(random) >> (64 - 8 * word);
        uint64_t exponent = 0x3a + (unsigned)random_below(random, random_below(random, 4) + 1);
        uint64_t sign = random_below(random, 2) << 7;
        number = (number & ((UINT64_C(1) << (8 * word - 7)) - 1)) | (sign | exponent) << (8 * word - 8);
        uint8_t stored[8];
        store_le64(stored, number);
        memcpy(bytes->data + bytes->size + i, stored, word);
    }
    bytes->size += size;
}

/* A file of `count` tensors of up to `elements` elements, of random types, some of them empty. */
static inline struct model_file make_model(struct random *random, size_t count, size_t elements)
{
    static const enum dtype dtypes[] = {DTYPE_U8, DTYPE_BF16, DTYPE_F16, DTYPE_F32, DTYPE_I64, DTYPE_F64, DTYPE_C64};
    struct model_file file = {.tensors = calloc(count + 1, sizeof *file.tensors), .count = count};
    struct buffer header = {0};
    uint64_t end = 0;
    assert_non_null(file.tensors);
    assert_true(znn_buffer_append_u8(&header, '{'));
    for (size_t i = 0; i < count; i++) {
        struct known_tensor *tensor = &file.tensors[i];
        char entry[240];
        size_t rows = 1 + random_below(random, 3);
        size_t columns = random_below(random, elements / rows + 1);
        tensor->dtype = dtypes[random_below(random, sizeof dtypes / sizeof *dtypes)];
        tensor->size = rows * columns * znn_dtype_info(tensor->dtype)->bits / 8;
        tensor->offset = end;
        end += tensor->size;
        snprintf(tensor->name, sizeof tensor->name, "layers.%zu.weight", i);
        int size = snprintf(
            entry, sizeof entry,
            "%s\"%s\":{\"dtype\":\"%s\",\"shape\":[%zu,%zu],\"data_offsets\":[%" PRIu64 ",%" PRIu64 "]}",
            i > 0 ? "," : "", tensor->name, znn_dtype_info(tensor->dtype)->name, rows, columns, tensor->offset, end);
        assert_true(znn_buffer_append(&header, entry, (size_t)size));
    }
    assert_true(znn_buffer_append_u8(&header, '}'));
    uint8_t length[8];
    store_le64(length, header.size);
    assert_true(znn_buffer_append(&file.bytes, length, sizeof length) &&
                znn_buffer_append(&file.bytes, header.data, header.size));
    for (size_t i = 0; i < count; i++) {
        file.tensors[i].offset += sizeof length + header.size;
        append_numbers(&file.bytes, random, (size_t)file.tensors[i].size, znn_dtype_info(file.tensors[i].dtype)->word);
    }
    znn_buffer_free(&header);
    return file;
}

/* The .znn file of `bytes`. */
static inline struct znn_memory make_znn(const struct buffer *bytes, int level)
{
    struct znn_memory memory = {0};
    struct znn_input input = znn_input_memory(bytes->data, bytes->size);
    struct znn_output output = znn_output_memory(&memory);
    struct znn_compress_options options = {
        .struct_size = sizeof(struct znn_compress_options), .level = level, .threads = 2};
    assert_int_equal(znn_compress(&input, &output, &options, NULL, NULL), ZNN_OK);
    return memory;
}

#endif

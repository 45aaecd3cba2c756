/*
 * safetensors_files.h - small safetensors files to scan, for the tests of the scanner
 *
 * A file is made from its header's JSON and a number of data bytes, and scanned in three ways: from memory, by random
 * access and as a stream that comes a few bytes at a time.  Where a file is so small that it ends while its header is
 * looked at, even the stream's end is known, and all three must agree.
 */
#ifndef ZNN_TESTS_SAFETENSORS_FILES_H
#define ZNN_TESTS_SAFETENSORS_FILES_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/bytes.h"
#include "model/safetensors.h"
#include "support.h"

/* Headers in pieces: two tensors of four bytes, and a header whose only tensor is a little different from the first. */
#define A "{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[0,4]}"
#define B "{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[4,8]}"
#define A_WITH(field) "{\"a\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[0,4]," field "}}"
#define A_DTYPE(dtype) "{\"a\":{\"dtype\":" dtype ",\"shape\":[4],\"data_offsets\":[0,4]}}"
#define A_SHAPE(shape) "{\"a\":{\"dtype\":\"U8\",\"shape\":" shape ",\"data_offsets\":[0,4]}}"
#define A_OFFSETS(offsets) "{\"a\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":" offsets "}}"
#define OF_SIZE(dtype, shape, size)                                                                                    \
    "{\"a\":{\"dtype\":\"" dtype "\",\"shape\":" shape ",\"data_offsets\":[0," size "]}}"
#define MAX "18446744073709551615"

static inline void put(struct buffer *buffer, const void *data, size_t size)
{
    assert_true(znn_buffer_append(buffer, data, size));
}

static inline void put_text(struct buffer *buffer, const char *text)
{
    put(buffer, text, strlen(text));
}

/* The file with N = `length` before `header`, and `data_size` zeros behind it. */
static inline struct buffer make_file(uint64_t length, const void *header, size_t header_size, size_t data_size)
{
    struct buffer file = {0};
    uint8_t bytes[8];
    store_le64(bytes, length);
    put(&file, bytes, sizeof bytes);
    put(&file, header, header_size);
    for (size_t i = 0; i < data_size; i++)
        put(&file, "", 1);
    return file;
}

/* Callbacks over a buffer; a stream gives `step` bytes at a time, and counts what was taken from it. */
struct tape {
    const uint8_t *data;
    size_t size;
    size_t taken;
    size_t step;
    bool fails;
};

static inline ptrdiff_t tape_read_at(void *context, void *buffer, size_t size, uint64_t offset)
{
    struct tape *tape = context;
    if (tape->fails)
        return ZNN_CALLBACK_ERRNO(EIO);
    size_t left = offset < tape->size ? tape->size - (size_t)offset : 0;
    size_t given = size < left ? size : left;
    memcpy(buffer, tape->data + offset, given);
    return given > 0 ? (ptrdiff_t)given : ZNN_CALLBACK_END;
}

static inline ptrdiff_t tape_read(void *context, void *buffer, size_t size)
{
    struct tape *tape = context;
    size_t step = size < tape->step ? size : tape->step;
    ptrdiff_t given = tape_read_at(tape, buffer, step, tape->taken);
    if (given > 0)
        tape->taken += (size_t)given;
    return given;
}

enum way { WAY_MEMORY, WAY_RANDOM_ACCESS, WAY_STREAM, WAY_COUNT };

static inline enum znn_status scan_tape(struct tape *tape, enum way way, struct model *model)
{
    struct znn_input input = {.context = tape, .size = tape->size};
    if (way == WAY_MEMORY)
        input.memory = tape->data;
    else if (way == WAY_RANDOM_ACCESS)
        input.read_at = tape_read_at;
    else
        input = (struct znn_input){.context = tape, .size = ZNN_SIZE_UNKNOWN, .read = tape_read};
    struct source source;
    znn_source_open(&source, &input);
    *model = (struct model){0};
    struct znn_error error = ZNN_INIT(struct znn_error);
    enum znn_status status = znn_safetensors_scan(&source, model, &error);
    assert_int_equal(error.status, status);
    znn_source_close(&source);
    return status;
}

/* What must hold of any model of a file of `size` bytes. */
static inline void check_model(const struct model *model, uint64_t size)
{
    bool is_cut_or_longer = model->verdict == VERDICT_METADATA_INCOMPLETE_BUFFER;
    if (model->verdict && !is_cut_or_longer) {
        assert_int_equal(model->count, 0);
        return;
    }
    assert_int_equal(model->format, FORMAT_SAFETENSORS);
    uint64_t end = model->count ? model->tensors[0].offset : 0;
    for (size_t i = 0; i < model->count; i++) {
        const struct tensor *tensor = &model->tensors[i];
        assert_true(is_cut_or_longer ? tensor->offset >= end
                                     : tensor->offset == end); /* a cut span ends with a block */
        assert_true(tensor->offset <= size && tensor->size <= size - tensor->offset);
        assert_int_equal(tensor->flags, tensor->size ? TENSOR_LISTED | TENSOR_SPAN : TENSOR_LISTED);
        assert_true(tensor->dtype > DTYPE_BYTES && tensor->dtype < DTYPE_COUNT);
        assert_true(tensor->text + tensor->name_size + tensor->rank <= model->text.size);
        end = tensor->offset + tensor->size;
    }
    assert_true(model->count == 0 || size == ZNN_SIZE_UNKNOWN || is_cut_or_longer || end == size);
}

static inline enum header_verdict scan_file(const struct buffer *file, enum way way)
{
    struct tape tape = {.data = file->data, .size = file->size, .step = 5};
    struct model model;
    assert_int_equal(scan_tape(&tape, way, &model), ZNN_OK);
    check_model(&model, way == WAY_STREAM ? ZNN_SIZE_UNKNOWN : file->size);
    enum header_verdict verdict = model.verdict;
    znn_model_free(&model);
    return verdict;
}

static inline void expect(const char *what, const struct buffer *file, enum header_verdict verdict)
{
    for (enum way way = WAY_MEMORY; way < WAY_COUNT; way++) {
        enum header_verdict found = scan_file(file, way);
        if (found != verdict)
            fail_msg("%s: %s instead of %s (way %d)", what, znn_verdict_name(found), znn_verdict_name(verdict), way);
    }
}

static inline void expect_header(const char *what, const void *header, size_t size, size_t data_size,
                                 enum header_verdict verdict)
{
    struct buffer file = make_file(size, header, size, data_size);
    expect(what, &file, verdict);
    znn_buffer_free(&file);
}

struct row {
    const char *what;
    const char *header;
    size_t data_size;
    enum header_verdict verdict;
};

static inline void expect_rows(const struct row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++)
        expect_header(rows[i].what, rows[i].header, strlen(rows[i].header), rows[i].data_size, rows[i].verdict);
}

#endif

/*
 * pickle_writer.h - pickles made by hand, for the tests of those who read them
 *
 * Each function appends a few instructions to a buffer, in the order in which Python and PyTorch would write them.
 */
#ifndef ZNN_TESTS_PICKLE_WRITER_H
#define ZNN_TESTS_PICKLE_WRITER_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "common/buffer.h"
#include "common/bytes.h"

static inline void put(struct buffer *out, const void *data, size_t size)
{
    assert_true(znn_buffer_append(out, data, size));
}

/* Text without its NUL, such as instructions that need no argument. */
static inline void put_text(struct buffer *out, const char *text)
{
    put(out, text, strlen(text));
}

/* A literal with all its bytes, NULs too. */
#define PUT_BYTES(out, literal) put(out, literal, sizeof(literal) - 1)

static inline void put_u32(struct buffer *out, uint64_t number)
{
    uint8_t bytes[4];
    store_le32(bytes, (uint32_t)number);
    put(out, bytes, sizeof bytes);
}

static inline void put_u64(struct buffer *out, uint64_t number)
{
    uint8_t bytes[8];
    store_le64(bytes, number);
    put(out, bytes, sizeof bytes);
}

static inline void pickle_start(struct buffer *out)
{
    put_text(out, "\x80\x02");
}

static inline void pickle_string(struct buffer *out, const char *text)
{
    put_text(out, "X");
    put_u32(out, strlen(text));
    put_text(out, text);
}

/* LONG1, as Python writes what passes 32 bits, for any number. */
static inline void pickle_int(struct buffer *out, int64_t number)
{
    put_text(out, "\x8a\x08");
    put_u64(out, (uint64_t)number);
}

static inline void pickle_global(struct buffer *out, const char *module, const char *name)
{
    put_text(out, "c");
    put_text(out, module);
    put_text(out, "\n");
    put_text(out, name);
    put_text(out, "\n");
}

static inline void pickle_tuple(struct buffer *out, const uint64_t *numbers, size_t count)
{
    put_text(out, "(");
    for (size_t i = 0; i < count; i++)
        pickle_int(out, (int64_t)numbers[i]);
    put_text(out, "t");
}

/* A persistent identifier; `type` is "torch FloatStorage" or the like. */
static inline void pickle_storage(struct buffer *out, const char *module, const char *type, const char *key,
                                  uint64_t numel)
{
    put_text(out, "(");
    pickle_string(out, "storage");
    pickle_global(out, module, type);
    pickle_string(out, key);
    pickle_string(out, "cpu");
    pickle_int(out, (int64_t)numel);
    put_text(out, "tQ");
}

/*
 * A tensor of `rank` dimensions that looks at `numel` elements of a storage.  `dtype` is NULL, or that of torch for
 * _rebuild_tensor_v3.
 */
struct pickle_tensor {
    const char *module;  /* NULL: "torch" */
    const char *storage; /* NULL: "FloatStorage" */
    const char *key;
    uint64_t numel;
    uint64_t offset;
    uint64_t shape[4];
    uint64_t strides[4];
    size_t rank;
    const char *dtype;
};

static inline void pickle_tensor(struct buffer *out, const struct pickle_tensor *tensor)
{
    const char *function = tensor->dtype ? "_rebuild_tensor_v3" : "_rebuild_tensor_v2";
    pickle_global(out, "torch._utils", function);
    put_text(out, "(");
    pickle_storage(out, tensor->module ? tensor->module : "torch", tensor->storage ? tensor->storage : "FloatStorage",
                   tensor->key, tensor->numel);
    pickle_int(out, (int64_t)tensor->offset);
    pickle_tuple(out, tensor->shape, tensor->rank);
    pickle_tuple(out, tensor->strides, tensor->rank);
    put_text(out, "\x89");
    pickle_global(out, "collections", "OrderedDict");
    put_text(out, ")R");
    if (tensor->dtype)
        pickle_global(out, "torch", tensor->dtype);
    put_text(out, "tR");
}

/* A vector that looks at all of a storage of `numel` floats. */
static inline void pickle_vector(struct buffer *out, const char *key, uint64_t numel)
{
    pickle_tensor(out,
                  &(struct pickle_tensor){.key = key, .numel = numel, .shape = {numel}, .strides = {1}, .rank = 1});
}

#endif

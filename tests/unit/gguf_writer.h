/*
 * gguf_writer.h - GGUF files made by hand, for the tests of those who read them
 *
 * Each function appends a piece to a buffer, in the order in which gguf.h describes them.
 */
#ifndef ZNN_TESTS_GGUF_WRITER_H
#define ZNN_TESTS_GGUF_WRITER_H

#include "pickle_writer.h"

enum { GGUF_U8 = 0, GGUF_U16 = 2, GGUF_U32 = 4, GGUF_BOOL = 7, GGUF_STRING = 8, GGUF_ARRAY = 9, GGUF_F64 = 12 };

static inline void gguf_header(struct buffer *out, uint32_t version, uint64_t tensors, uint64_t keys)
{
    put_text(out, "GGUF");
    put_u32(out, version);
    put_u64(out, tensors);
    put_u64(out, keys);
}

static inline void gguf_string(struct buffer *out, const char *text)
{
    put_u64(out, strlen(text));
    put_text(out, text);
}

static inline void gguf_key(struct buffer *out, const char *key, uint32_t type)
{
    gguf_string(out, key);
    put_u32(out, type);
}

static inline void gguf_array(struct buffer *out, uint32_t type, uint64_t count)
{
    put_u32(out, type);
    put_u64(out, count);
}

static inline void gguf_alignment(struct buffer *out, uint32_t alignment)
{
    gguf_key(out, "general.alignment", GGUF_U32);
    put_u32(out, alignment);
}

/* The dimensions as GGUF has them, the first being that of neighbours; those from the first 0 on do not exist. */
static inline void gguf_tensor(struct buffer *out, const char *name, uint32_t type, const uint64_t shape[4],
                               uint64_t offset)
{
    uint32_t rank = 0;
    while (rank < 4 && shape[rank] > 0)
        rank++;
    gguf_string(out, name);
    put_u32(out, rank);
    for (uint32_t i = 0; i < rank; i++)
        put_u64(out, shape[i]);
    put_u32(out, type);
    put_u64(out, offset);
}

/* Pads the description, and appends so many bytes of data.  Returns where the data starts. */
static inline uint64_t gguf_data(struct buffer *out, size_t alignment, size_t size)
{
    while (out->size % alignment != 0)
        PUT_BYTES(out, "\0");
    uint64_t start = out->size;
    for (size_t i = 0; i < size; i++)
        PUT_BYTES(out, "\x3c");
    return start;
}

#endif

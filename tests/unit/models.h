/*
 * models.h - files to compress: safetensors files with random tensors, such files with something wrong, and others
 *
 * The bytes are of all the kinds that a compressor treats differently: numbers like weights, counters, noise, repeats
 * and zeros.
 */
#ifndef ZNN_TESTS_MODELS_H
#define ZNN_TESTS_MODELS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "common/buffer.h"
#include "common/bytes.h"
#include "model/dtype.h"
#include "support.h"

static inline void put_bytes(struct buffer *buffer, const void *data, size_t size)
{
    assert_true(znn_buffer_append(buffer, data, size));
}

static inline void put_noise(struct random *random, struct buffer *buffer, size_t size)
{
    for (; size > 0; size--)
        assert_true(znn_buffer_append_u8(buffer, (uint8_t)random_u64(random)));
}

static inline void put_text_like(struct random *random, struct buffer *buffer, size_t size)
{
    for (size_t end = buffer->size + size; buffer->size < end;) {
        char word[16];
        int length = snprintf(word, sizeof word, "word%u ", (unsigned)random_below(random, 50));
        put_bytes(buffer, word, (size_t)length < end - buffer->size ? (size_t)length : end - buffer->size);
    }
}

/* Numbers of `word` bytes, whose most significant byte is one of a few, as an exponent is. */
static inline void put_weights(struct random *random, struct buffer *buffer, size_t size, size_t word)
{
    for (size_t i = 0; i < size; i++) {
        uint64_t x = random_u64(random);
        bool top = i % word == word - 1;
        assert_true(znn_buffer_append_u8(buffer, (uint8_t)(top ? 0x38 + (x & x >> 8 & 7) + (x >> 16 & 0x80) : x)));
    }
}

static inline void put_counter(struct buffer *buffer, size_t size, size_t word)
{
    for (size_t i = 0; i < size; i++)
        assert_true(znn_buffer_append_u8(buffer, (uint8_t)(i % word < 2 ? i / word >> 8 * (i % word) : 0)));
}

/* Few numbers of `word` bytes, and others from time to time. */
static inline void put_few(struct random *random, struct buffer *buffer, size_t size, size_t word)
{
    size_t values = 2 + random_below(random, 20);
    size_t run = (size_t)32 << random_below(random, 12);
    uint64_t base = random_u64(random);
    for (size_t i = 0; i < size; i++) {
        if (i % (run * word) == 0)
            base = random_u64(random);
        struct random number = {base + random_below(random, values)};
        uint64_t x = random_u64(&number);
        for (size_t b = 0; b < word && i < size; b++, i += b < word)
            assert_true(znn_buffer_append_u8(buffer, (uint8_t)(x >> 8 * b)));
    }
}

/* Any of these, of `size` bytes. */
static inline void put_something(struct random *random, struct buffer *buffer, size_t size, size_t word)
{
    size_t kind = random_below(random, 9);
    if (kind == 8)
        put_few(random, buffer, size, word);
    else if (kind < 3)
        put_weights(random, buffer, size, word);
    else if (kind == 3)
        put_counter(buffer, size, word);
    else if (kind == 4)
        put_noise(random, buffer, size);
    else if (kind == 5)
        put_text_like(random, buffer, size);
    else
        for (uint8_t value = kind == 6 ? 0 : (uint8_t)random_u64(random); size > 0; size--)
            assert_true(znn_buffer_append_u8(buffer, value));
}

/* What a header says of a tensor that is put to the end of the data. */
static inline void put_tensor(struct random *random, struct buffer *header, struct buffer *data, unsigned number,
                              size_t scale)
{
    enum dtype dtype = (enum dtype)(1 + random_below(random, DTYPE_U64)); /* those of safetensors */
    const struct dtype_info *info = znn_dtype_info(dtype);
    size_t elements = random_below(random, 1 + scale) / 4 * 4; /* of which any number of bits is whole bytes */
    size_t begin = data->size;
    put_something(random, data, elements * info->bits / 8, info->word);
    char text[200];
    int size =
        snprintf(text, sizeof text, "%s\"layer.%u\":{\"dtype\":\"%s\",\"shape\":[%zu,4],\"data_offsets\":[%zu,%zu]}",
                 header->size > 1 ? "," : "", number, info->name, elements / 4, begin, data->size);
    put_bytes(header, text, (size_t)size);
}

/* Up to `count` tensors of up to `scale` elements each. */
static inline struct buffer make_safetensors(struct random *random, unsigned count, size_t scale)
{
    struct buffer file = {0}, header = {0}, data = {0};
    uint8_t length[8];
    put_bytes(&header, "{", 1);
    static const char metadata[] = "\"__metadata__\":{\"format\":\"pt\"}";
    if (random_below(random, 3) == 0)
        put_bytes(&header, metadata, sizeof metadata - 1);
    for (unsigned i = 0; i < count; i++)
        put_tensor(random, &header, &data, i, scale);
    put_bytes(&header, "}", 1);
    while (header.size % 8 != 0)
        put_bytes(&header, " ", 1);
    store_le64(length, header.size);
    put_bytes(&file, length, 8);
    put_bytes(&file, header.data, header.size);
    put_bytes(&file, data.data, data.size);
    znn_buffer_free(&header);
    znn_buffer_free(&data);
    return file;
}

/* A safetensors file with something wrong. */
static inline struct buffer make_broken_safetensors(struct random *random, unsigned count, size_t scale)
{
    struct buffer file = make_safetensors(random, count, scale);
    size_t header = 8 + (size_t)load_le64(file.data);
    switch (random_below(random, 6)) {
    case 0: /* cut short */
        file.size = random_below(random, file.size);
        break;
    case 1: /* more bytes than tensors */
        put_noise(random, &file, 1 + random_below(random, 1000));
        break;
    case 2: /* a header of another length */
        store_le64(file.data, random_u64(random) >> random_below(random, 64));
        break;
    case 3: /* a digit, or something else, that is another one */
        file.data[8 + random_below(random, header - 8)] = (uint8_t)('0' + random_below(random, 10));
        break;
    case 4: /* padded with NUL */
        file.data[header - 1] = 0;
        break;
    default:
        file.data[random_below(random, header)] ^= (uint8_t)(1 << random_below(random, 8));
    }
    return file;
}

/* A file of any kind. */
static inline struct buffer make_any_file(struct random *random, size_t scale)
{
    unsigned count = (unsigned)random_below(random, 12);
    size_t kind = random_below(random, 5);
    if (kind < 2)
        return make_safetensors(random, count, scale);
    if (kind == 2)
        return make_broken_safetensors(random, count, scale);
    struct buffer file = {0};
    for (; count > 0; count--)
        put_something(random, &file, random_below(random, 1 + scale), (size_t)1 << random_below(random, 4));
    return file;
}

#endif

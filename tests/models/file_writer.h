/*
 * file_writer.h - writes safetensors, GGUF, .npy and .npz files
 *
 * All writers append to a buffer.  The data of a tensor is made first, so headers can tell its place.
 */
#ifndef ZNN_TESTS_FILE_WRITER_H
#define ZNN_TESTS_FILE_WRITER_H

#include <inttypes.h>

#include "weights.h"

/* A tensor that is ready to be written. */
struct array {
    char name[128];
    const char *dtype; /* as safetensors and .npy spell it, whichever is to be written */
    uint32_t type;     /* GGUF: its number */
    uint32_t rank;
    uint64_t shape[WEIGHT_RANK_MAX];
    struct buffer data;
};

struct arrays {
    struct array *items;
    size_t count;
    size_t capacity;
};

static inline struct array *add_array(struct arrays *arrays, const char *name, const char *suffix, const char *dtype)
{
    if (arrays->count == arrays->capacity) {
        arrays->capacity = 2 * arrays->capacity + 64;
        arrays->items = need(realloc(arrays->items, arrays->capacity * sizeof *arrays->items));
    }
    struct array *array = &arrays->items[arrays->count++];
    *array = (struct array){.dtype = dtype};
    snprintf(array->name, sizeof array->name, "%s%s", name, suffix);
    return array;
}

static inline void set_shape(struct array *array, const uint64_t *shape, uint32_t rank)
{
    array->rank = rank;
    if (rank > 0)
        memcpy(array->shape, shape, rank * sizeof *shape);
}

static inline void free_arrays(struct arrays *arrays)
{
    for (size_t i = 0; i < arrays->count; i++)
        znn_buffer_free(&arrays->items[i].data);
    free(arrays->items);
}

/* ------------------------------------------------------------------------------------------------------------------ */
/* Bytes                                                                                                              */
/* ------------------------------------------------------------------------------------------------------------------ */

static inline void put_bytes(struct buffer *out, const void *data, size_t size)
{
    if (!znn_buffer_append(out, data, size))
        need(NULL);
}

/* The low `size` bytes of a number. */
static inline void put_number(struct buffer *out, uint64_t number, size_t size)
{
    uint8_t bytes[8];
    store_le64(bytes, number);
    put_bytes(out, bytes, size);
}

static inline void put_string(struct buffer *out, const char *text)
{
    put_bytes(out, text, strlen(text));
}

/* As many bytes `fill` as bring the size to a multiple of `alignment`. */
static inline void put_padding(struct buffer *out, size_t alignment, uint8_t fill)
{
    while (out->size % alignment != 0)
        put_bytes(out, &fill, 1);
}

/* "3, 4" */
static inline void put_shape(struct buffer *out, const struct array *array)
{
    char number[24];
    for (uint32_t i = 0; i < array->rank; i++) {
        snprintf(number, sizeof number, "%s%" PRIu64, i ? ", " : "", array->shape[i]);
        put_string(out, number);
    }
}

/* ------------------------------------------------------------------------------------------------------------------ */
/* safetensors                                                                                                        */
/* ------------------------------------------------------------------------------------------------------------------ */

static inline void write_safetensors(const struct arrays *arrays, struct buffer *out)
{
    struct buffer header = {0};
    uint64_t offset = 0;
    put_string(&header, "{");
    for (size_t i = 0; i < arrays->count; i++) {
        const struct array *array = &arrays->items[i];
        char text[sizeof array->name + 100];
        snprintf(text, sizeof text, "%s\"%s\":{\"dtype\":\"%s\",\"shape\":[", i ? "," : "", array->name, array->dtype);
        put_string(&header, text);
        put_shape(&header, array);
        snprintf(text, sizeof text, "],\"data_offsets\":[%" PRIu64 ",%" PRIu64 "]}", offset, offset + array->data.size);
        put_string(&header, text);
        offset += array->data.size;
    }
    put_string(&header, "}");
    put_padding(&header, 8, ' ');
    put_number(out, header.size, 8);
    put_bytes(out, header.data, header.size);
    for (size_t i = 0; i < arrays->count; i++)
        put_bytes(out, arrays->items[i].data.data, arrays->items[i].data.size);
    znn_buffer_free(&header);
}

/* ------------------------------------------------------------------------------------------------------------------ */
/* GGUF                                                                                                               */
/* ------------------------------------------------------------------------------------------------------------------ */

enum { GGUF_U32 = 4, GGUF_F32 = 6, GGUF_STRING = 8, GGUF_ARRAY = 9, GGUF_ALIGNMENT = 32, VOCABULARY = 256 };

static inline void put_gguf_string(struct buffer *out, const char *text)
{
    put_number(out, strlen(text), 8);
    put_string(out, text);
}

static inline void put_gguf_key(struct buffer *out, const char *key, uint32_t type)
{
    put_gguf_string(out, key);
    put_number(out, type, 4);
}

/* As much metadata as it takes to look like a model: a name, a number, and the arrays of a small tokenizer. */
static inline void put_gguf_metadata(struct buffer *out)
{
    char token[8];
    put_gguf_key(out, "general.architecture", GGUF_STRING);
    put_gguf_string(out, "gpt2");
    put_gguf_key(out, "general.quantization_version", GGUF_U32);
    put_number(out, 2, 4);
    put_gguf_key(out, "tokenizer.ggml.tokens", GGUF_ARRAY);
    put_number(out, GGUF_STRING, 4);
    put_number(out, VOCABULARY, 8);
    for (unsigned i = 0; i < VOCABULARY; i++) {
        snprintf(token, sizeof token, "<0x%02X>", i);
        put_gguf_string(out, token);
    }
    put_gguf_key(out, "tokenizer.ggml.scores", GGUF_ARRAY);
    put_number(out, GGUF_F32, 4);
    put_number(out, VOCABULARY, 8);
    for (unsigned i = 0; i < VOCABULARY; i++)
        put_number(out, float_to_bits(-(float)i), 4);
}

static inline void write_gguf(const struct arrays *arrays, struct buffer *out)
{
    uint64_t offset = 0;
    put_string(out, "GGUF");
    put_number(out, 3, 4);
    put_number(out, arrays->count, 8);
    put_number(out, 4, 8); /* of the keys above */
    put_gguf_metadata(out);
    for (size_t i = 0; i < arrays->count; i++) {
        const struct array *array = &arrays->items[i];
        put_gguf_string(out, array->name);
        put_number(out, array->rank, 4);
        for (uint32_t k = array->rank; k-- > 0;) /* the fastest dimension comes first */
            put_number(out, array->shape[k], 8);
        put_number(out, array->type, 4);
        put_number(out, offset, 8);
        offset += (array->data.size + GGUF_ALIGNMENT - 1) / GGUF_ALIGNMENT * GGUF_ALIGNMENT;
    }
    for (size_t i = 0; i < arrays->count; i++) {
        put_padding(out, GGUF_ALIGNMENT, 0);
        put_bytes(out, arrays->items[i].data.data, arrays->items[i].data.size);
    }
    put_padding(out, GGUF_ALIGNMENT, 0);
}

/* ------------------------------------------------------------------------------------------------------------------ */
/* .npy and .npz                                                                                                      */
/* ------------------------------------------------------------------------------------------------------------------ */

/* A .npy file of format 1.0, as NumPy writes it: the array starts at a multiple of 64. */
static inline void write_npy(const struct array *array, struct buffer *out)
{
    struct buffer header = {0};
    char text[64];
    snprintf(text, sizeof text, "{'descr': '%s', 'fortran_order': False, 'shape': (", array->dtype);
    put_string(&header, text);
    put_shape(&header, array);
    put_string(&header, array->rank == 1 ? ",), }" : "), }");
    while ((10 + header.size) % 64 != 63)
        put_string(&header, " ");
    put_string(&header, "\n");
    put_bytes(out, "\x93NUMPY\1", 8);
    put_number(out, header.size, 2);
    put_bytes(out, header.data, header.size);
    put_bytes(out, array->data.data, array->data.size);
    znn_buffer_free(&header);
}

/* The checksum of zip files. */
static inline uint32_t crc32_of(const uint8_t *data, size_t size)
{
    uint32_t crc = UINT32_MAX;
    for (size_t i = 0; i < size; i++) {
        crc ^= data[i];
        for (int bit = 0; bit < 8; bit++)
            crc = crc >> 1 ^ (crc & 1 ? 0xedb88320u : 0);
    }
    return ~crc;
}

/* What a member's local header and its entry in the directory have in common, from the flags to the extra field. */
static inline void put_zip_fields(struct buffer *out, uint32_t crc, size_t size, size_t name_size)
{
    put_number(out, 0, 2);          /* flags */
    put_number(out, 0, 2);          /* method: stored */
    put_number(out, 0x00210000, 4); /* the first of January 1980, midnight */
    put_number(out, crc, 4);
    put_number(out, size, 4);
    put_number(out, size, 4);
    put_number(out, name_size, 2);
    put_number(out, 0, 2);
}

static inline void write_npz(const struct arrays *arrays, struct buffer *out)
{
    struct buffer directory = {0};
    for (size_t i = 0; i < arrays->count; i++) {
        struct buffer npy = {0};
        char name[sizeof arrays->items->name + 4];
        size_t name_size = (size_t)snprintf(name, sizeof name, "%s.npy", arrays->items[i].name);
        size_t place = out->size;
        write_npy(&arrays->items[i], &npy);
        uint32_t crc = crc32_of(npy.data, npy.size);
        put_bytes(out, "PK\3\4\x14\0", 6);
        put_zip_fields(out, crc, npy.size, name_size);
        put_bytes(out, name, name_size);
        put_bytes(out, npy.data, npy.size);
        put_bytes(&directory, "PK\1\2\x14\3\x14\0", 8);
        put_zip_fields(&directory, crc, npy.size, name_size);
        put_number(&directory, 0, 6);                       /* comment, disk, internal attributes */
        put_number(&directory, (uint64_t)0100644 << 16, 4); /* the mode of the file */
        put_number(&directory, place, 4);
        put_bytes(&directory, name, name_size);
        znn_buffer_free(&npy);
    }
    size_t place = out->size;
    put_bytes(out, directory.data, directory.size);
    put_bytes(out, "PK\5\6\0\0\0\0", 8);
    put_number(out, arrays->count, 2);
    put_number(out, arrays->count, 2);
    put_number(out, directory.size, 4);
    put_number(out, place, 4);
    put_number(out, 0, 2);
    znn_buffer_free(&directory);
}

#endif

/*
 * znn_writer.h - .znn files from their pieces, with checksums that hold
 *
 * Written from znn(5), without the library's own writer, so that a test can put anything anywhere:
 *
 *     writer_open, then writer_chunk..., then writer_close     a good file of raw chunks
 *
 * or any of the functions that these are made of.
 */
#ifndef ZNN_TESTS_ZNN_WRITER_H
#define ZNN_TESTS_ZNN_WRITER_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>
#include <xxhash.h>

#include "common/buffer.h"
#include "common/bytes.h"

enum { KIND_CHUNK = 1, KIND_INDEX = 2 };

struct writer {
    struct buffer file;
    struct buffer table; /* of the chunks */
    struct buffer roots; /* what the root digest is over */
    uint64_t chunks;
    uint64_t original_size;
    uint64_t index_offset;
};

/* A record before it is sealed. */
struct draft {
    uint8_t kind;
    uint32_t size;
    uint64_t offset;
    uint64_t digest;
    struct buffer directory;
    struct buffer payload;
};

static inline void append(struct buffer *buffer, const void *data, size_t size)
{
    assert_true(znn_buffer_append(buffer, data, size));
}

static inline void append_leb(struct buffer *buffer, uint64_t value)
{
    assert_true(znn_buffer_append_leb128(buffer, value));
}

static inline void writer_open(struct writer *writer)
{
    uint8_t bytes[32] = {0x89, 'Z', 'N', 'N', 0x0D, 0x0A, 0x1A, 0x0A};
    *writer = (struct writer){0};
    store_le16(bytes + 16, 1);
    store_le16(bytes + 18, 32);
    store_le64(bytes + 8, XXH3_64bits(bytes + 16, 16));
    append(&writer->file, bytes, sizeof bytes);
}

static inline void writer_free(struct writer *writer)
{
    znn_buffer_free(&writer->file);
    znn_buffer_free(&writer->table);
    znn_buffer_free(&writer->roots);
}

/* Seals and appends a record, and frees the draft. */
static inline void writer_put(struct writer *writer, struct draft *draft)
{
    size_t start = writer->file.size;
    uint8_t prefix[48] = {0xAB, 'Z', 'N', 'N', 'R', 'E', 'C', 0x0A};
    prefix[16] = draft->kind;
    store_le32(prefix + 20, draft->size);
    store_le64(prefix + 24, draft->offset);
    store_le32(prefix + 32, (uint32_t)draft->directory.size);
    store_le32(prefix + 36, (uint32_t)draft->payload.size);
    store_le64(prefix + 40, draft->digest);
    append(&writer->file, prefix, sizeof prefix);
    append(&writer->file, draft->directory.data, draft->directory.size);
    append(&writer->file, draft->payload.data, draft->payload.size);
    uint8_t *record = writer->file.data + start;
    store_le64(record + 8, XXH3_64bits(record + 16, 32 + draft->directory.size));
    znn_buffer_free(&draft->directory);
    znn_buffer_free(&draft->payload);
}

/* Enters a chunk that is put, or was, into the table and the root digest. */
static inline void writer_enter(struct writer *writer, const struct draft *draft)
{
    uint8_t root[12];
    append_leb(&writer->table, draft->size);
    append_leb(&writer->table, 48 + draft->directory.size + draft->payload.size);
    store_le64(root, draft->digest);
    store_le32(root + 8, draft->size);
    append(&writer->roots, root, sizeof root);
    writer->original_size += draft->size;
    writer->chunks++;
}

/* A chunk of one part of opaque bytes, raw, the next in order. */
static inline struct draft draft_chunk(const struct writer *writer, const void *data, uint32_t size)
{
    struct draft draft = {
        .kind = KIND_CHUNK, .size = size, .offset = writer->original_size, .digest = XXH3_64bits(data, size)};
    append(&draft.directory, "\1\0\1\0", 4);
    append_leb(&draft.directory, size);
    append(&draft.directory, "\1\0", 2);
    append(&draft.payload, data, size);
    return draft;
}

static inline void writer_chunk(struct writer *writer, const void *data, uint32_t size)
{
    struct draft draft = draft_chunk(writer, data, size);
    writer_enter(writer, &draft);
    writer_put(writer, &draft);
}

/* A table of the index, and how it is described. */
struct draft_table {
    uint64_t entries;
    uint64_t size;
    bool zstd;
    struct buffer stream; /* the caller's */
};

static inline void append_table(struct draft *draft, const struct draft_table *table)
{
    append_leb(&draft->directory, table->entries);
    append_leb(&draft->directory, table->size);
    append(&draft->directory, table->zstd ? "\2" : "\1", 1);
    if (table->zstd)
        append_leb(&draft->directory, table->stream.size);
    append(&draft->payload, table->stream.data, table->stream.size);
}

static inline struct draft draft_index(uint64_t original_size, const struct draft_table *chunks,
                                       const struct draft_table *tensors)
{
    struct draft draft = {.kind = KIND_INDEX, .offset = original_size};
    append(&draft.directory, "\0\0", 2);
    append_table(&draft, chunks);
    append_table(&draft, tensors);
    draft.digest = XXH3_64bits(draft.payload.size ? draft.payload.data : (const uint8_t *)"", draft.payload.size);
    return draft;
}

/* The table of the chunks so far, raw. */
static inline struct draft_table chunk_table(const struct writer *writer)
{
    return (struct draft_table){.entries = writer->chunks, .size = writer->table.size, .stream = writer->table};
}

static inline void writer_index(struct writer *writer)
{
    struct draft_table chunks = chunk_table(writer);
    struct draft_table tensors = {0};
    struct draft draft = draft_index(writer->original_size, &chunks, &tensors);
    writer->index_offset = writer->file.size;
    writer_put(writer, &draft);
}

static inline void writer_footer(struct writer *writer)
{
    uint8_t bytes[40] = {0};
    XXH128_hash_t root =
        XXH3_128bits(writer->roots.size ? writer->roots.data : (const uint8_t *)"", writer->roots.size);
    store_le64(bytes, writer->index_offset);
    store_le64(bytes + 8, root.low64);
    store_le64(bytes + 16, root.high64);
    store_le64(bytes + 24, XXH3_64bits(bytes, 24));
    memcpy(bytes + 32, "\x8aZNNEND\n", 8);
    append(&writer->file, bytes, sizeof bytes);
}

static inline void writer_close(struct writer *writer)
{
    writer_index(writer);
    writer_footer(writer);
}

#endif

/*
 * test_bounds.c - limits the work that hostile files can cause
 *
 * A few bytes can ask for much work: each byte of a part from another chunk of a base, each reference from another
 * chunk, each tensor of a base to be hashed.  So the test counts the bytes that were decoded or hashed, and compares
 * them with the sizes of the input and the output.
 */
#include "znn_writer.h"

#include <stdlib.h>

#include "container/format.h"
#include "container/part_delta.h"
#include "engine/coding/allowance.h"
#include "engine/file/base.h"
#include "engine/file/reader.h"
#include "support.h"

#define MIB ((uint32_t)1 << 20)

/* The hash of zeros, of which all chunks are made. */
static uint64_t zeros_digest(uint32_t size)
{
    void *zeros = calloc(1, size);
    assert_non_null(zeros);
    uint64_t digest = XXH3_64bits(zeros, size);
    free(zeros);
    return digest;
}

static void put_chunk(struct writer *writer, struct draft *draft)
{
    writer_enter(writer, draft);
    writer_put(writer, draft);
}

static struct draft draft_zeros(const struct writer *writer, uint32_t size)
{
    return (struct draft){
        .kind = KIND_CHUNK, .size = size, .offset = writer->original_size, .digest = zeros_digest(size)};
}

/* Zeros as one byte group that is constant. */
static void append_part(struct draft *draft, uint32_t size)
{
    append(&draft->directory, "\0\1\0", 3);
    append_leb(&draft->directory, size);
    append(&draft->directory, "\0\0", 2);
}

static void chunk_of_zeros(struct writer *writer, uint32_t size)
{
    struct draft draft = draft_zeros(writer, size);
    append_leb(&draft.directory, 1);
    append_part(&draft, size);
    append_leb(&draft.directory, 0);
    put_chunk(writer, &draft);
}

/* A difference of nothing, whose ranges of `each` bytes come from the tensors of the list in turn. */
static void append_delta(struct draft *draft, uint32_t size, uint32_t each, unsigned tensors)
{
    int last = 0;
    append(&draft->directory, "\5\1\0\0", 4);
    append_leb(&draft->directory, size);
    append_leb(&draft->directory, size / each);
    for (uint32_t i = 0; i < size / each; i++) {
        int step = (int)(i % tensors) - last;
        last += step;
        append_leb(&draft->directory, step < 0 ? 2 * (uint64_t)-step - 1 : 2 * (uint64_t)step);
        append_leb(&draft->directory, i % 1000);
        append_leb(&draft->directory, each);
    }
    append(&draft->directory, "\1\xff\0\3", 4);
    append_leb(&draft->directory, size);
    append(&draft->directory, "\0\0\0\0", 4); /* a constant stream, and neither low bits nor escapes */
}

static void chunk_of_deltas(struct writer *writer, uint32_t size, uint32_t each, unsigned tensors)
{
    struct draft draft = draft_zeros(writer, size);
    append_leb(&draft.directory, 1);
    append_delta(&draft, size, each, tensors);
    append_leb(&draft.directory, 0);
    put_chunk(writer, &draft);
}

static void append_hash(struct buffer *table, uint32_t size)
{
    void *zeros = calloc(1, size);
    assert_non_null(zeros);
    XXH128_hash_t hash = XXH3_128bits(zeros, size);
    uint8_t bytes[16];
    store_le64(bytes, hash.low64);
    store_le64(bytes + 8, hash.high64);
    append(table, bytes, sizeof bytes);
    free(zeros);
}

/* A row of the bases: its name is one letter, or with 0, none. */
static void append_row(struct buffer *table, char name, uint32_t size)
{
    append_leb(table, name != 0);
    append(table, &name, name != 0);
    append_leb(table, 5);
    append_leb(table, size);
    append_hash(table, size);
}

static void put_bases(struct writer *writer, uint64_t rows, const struct buffer *table)
{
    struct draft draft = {.kind = RECORD_BASES, .digest = XXH3_64bits(table->data, table->size)};
    append_leb(&draft.directory, 0);
    append_leb(&draft.directory, rows);
    append_leb(&draft.directory, table->size);
    append(&draft.directory, "\1", 1);
    append(&draft.payload, table->data, table->size);
    writer_put(writer, &draft);
}

/* A row of the index: a tensor of bytes. */
static void append_tensor(struct buffer *table, char name, uint32_t size, uint64_t gap)
{
    append_leb(table, 1);
    append(table, &name, 1);
    append(table, "\x0a\1", 2);
    append_leb(table, size);
    append_leb(table, gap);
    append_leb(table, 0);
}

static void close_with(struct writer *writer, uint64_t tensors, const struct buffer *table)
{
    struct draft_table chunks = chunk_table(writer);
    struct draft_table list = {.entries = tensors, .size = table->size, .stream = *table};
    struct draft draft = draft_index(writer->original_size, &chunks, &list);
    writer->index_offset = writer->file.size;
    writer_put(writer, &draft);
    writer_footer(writer);
}

/* Two tensors, "a" and "b", each of which is a chunk. */
static struct writer make_base(uint32_t size)
{
    struct writer base;
    struct buffer table = {0};
    writer_open(&base);
    chunk_of_zeros(&base, size);
    chunk_of_zeros(&base, size);
    append_tensor(&table, 'a', size, 0);
    append_tensor(&table, 'b', size, 0);
    close_with(&base, 2, &table);
    znn_buffer_free(&table);
    return base;
}

static struct writer open_child(uint32_t size)
{
    struct writer child;
    struct buffer table = {0};
    writer_open(&child);
    append_row(&table, 'a', size);
    append_row(&table, 'b', size);
    put_bases(&child, 2, &table);
    znn_buffer_free(&table);
    return child;
}

static struct znn_base *open_base(const struct writer *writer)
{
    struct znn_input input = znn_input_memory(writer->file.data, writer->file.size);
    struct znn_base *base;
    assert_int_equal(znn_base_open(&input, NULL, &base, NULL), ZNN_OK);
    return base;
}

static ptrdiff_t discard(void *context, const void *data, size_t size)
{
    (void)context;
    (void)data;
    return (ptrdiff_t)size;
}

static enum znn_status decompress(const struct writer *child, struct znn_base *base, unsigned threads)
{
    struct znn_input input = znn_input_memory(child->file.data, child->file.size);
    struct znn_output output = {.write = discard};
    struct znn_decompress_options options = {
        .struct_size = sizeof(struct znn_decompress_options), .threads = threads, .base = base};
    return znn_decompress(&input, &output, &options, NULL, NULL);
}

/* ---------------------------------------------------------------------------------------------------------------- */
/* Chunks for chunks                                                                                                */
/* ---------------------------------------------------------------------------------------------------------------- */

/* Ranges that lead to and fro between two chunks: each is decoded once for the hashes, and once for each part. */
static void test_ranges(void **state)
{
    (void)state;
    struct writer base_file = make_base(MIB);
    struct writer child = open_child(MIB);
    chunk_of_deltas(&child, 20000, 1, 2);
    writer_close(&child);
    for (unsigned threads = 1; threads <= 4; threads++) {
        struct znn_base *base = open_base(&base_file);
        assert_int_equal(decompress(&child, base, threads), ZNN_OK);
        assert_true(base->reader->decoded <= 6 * MIB);
        znn_base_close(base);
    }
    writer_free(&child);
    writer_free(&base_file);
}

/* The same in chunk after chunk is more than any file needs. */
static void test_allowance(void **state)
{
    (void)state;
    struct writer base_file = make_base(CHUNK_MAX);
    struct writer child = open_child(CHUNK_MAX);
    for (unsigned i = 0; i < 100; i++)
        chunk_of_deltas(&child, 2, 1, 2);
    writer_close(&child);
    struct znn_base *base = open_base(&base_file);
    uint64_t allowed = ALLOWANCE_FREE + ALLOWANCE_FACTOR * (2 * (uint64_t)CHUNK_MAX + child.original_size);
    assert_int_equal(decompress(&child, base, 2), ZNN_ERROR_BASE);
    assert_true(base->reader->decoded > allowed - CHUNK_MAX);
    assert_true(base->reader->decoded <= allowed + 2 * CHUNK_MAX);
    znn_base_close(base);
    writer_free(&child);
    writer_free(&base_file);
}

/* Who reads the same range again and again is not charged for it again. */
static void test_reading_again(void **state)
{
    (void)state;
    struct writer base_file = make_base(CHUNK_MAX);
    struct writer child = open_child(CHUNK_MAX);
    struct znn_reader *reader;
    chunk_of_deltas(&child, 2, 1, 2);
    chunk_of_deltas(&child, 2, 1, 2);
    writer_close(&child);
    struct znn_base *base = open_base(&base_file);
    struct znn_input input = znn_input_memory(child.file.data, child.file.size);
    assert_int_equal(
        znn_reader_open(&input,
                        &(struct znn_reader_options){.struct_size = sizeof(struct znn_reader_options), .base = base},
                        &reader, NULL),
        ZNN_OK);
    for (unsigned i = 0; i < 20; i++) {
        uint8_t byte = 1;
        size_t got;
        assert_int_equal(znn_reader_pread(reader, &byte, 1, 2 * (i % 2), &got, NULL), ZNN_OK);
        assert_true(got == 1 && byte == 0);
    }
    assert_true(reader->bases.allowance.spent <= 4 * (uint64_t)CHUNK_MAX);
    znn_reader_close(reader);
    znn_base_close(base);
    writer_free(&child);
    writer_free(&base_file);
}

static struct writer open_referring(void)
{
    struct writer writer;
    writer_open(&writer);
    writer.file.data[20] = FEATURE_REFERENCES;
    store_le64(writer.file.data + 8, XXH3_64bits(writer.file.data + 16, 16));
    return writer;
}

/* References of a byte each that lead to and fro between two chunks. */
static void chunk_of_references(struct writer *writer, uint32_t distance)
{
    struct draft draft = draft_zeros(writer, REFERENCES_MAX);
    append_leb(&draft.directory, REFERENCES_MAX);
    for (uint32_t i = 0; i < REFERENCES_MAX; i++) {
        append(&draft.directory, "\3\1", 2);
        append_leb(&draft.directory, i % 2 * distance + i);
    }
    append_leb(&draft.directory, 0);
    put_chunk(writer, &draft);
}

static void test_references(void **state)
{
    (void)state;
    struct writer writer = open_referring();
    chunk_of_zeros(&writer, MIB);
    chunk_of_zeros(&writer, MIB);
    chunk_of_references(&writer, MIB);
    writer_close(&writer);
    struct znn_input input = znn_input_memory(writer.file.data, writer.file.size);
    struct znn_reader *reader;
    uint8_t bytes[REFERENCES_MAX];
    size_t got;
    assert_int_equal(znn_reader_open(&input, NULL, &reader, NULL), ZNN_OK);
    assert_int_equal(znn_reader_pread(reader, bytes, sizeof bytes, 2 * MIB, &got, NULL), ZNN_OK);
    assert_int_equal(got, sizeof bytes);
    assert_true(reader->decoded <= 2 * MIB + sizeof bytes);
    znn_reader_close(reader);
    assert_int_equal(decompress(&writer, NULL, 3), ZNN_OK);
    writer_free(&writer);
}

static void test_references_without_end(void **state)
{
    (void)state;
    struct writer writer = open_referring();
    chunk_of_zeros(&writer, CHUNK_MAX);
    chunk_of_zeros(&writer, CHUNK_MAX);
    for (unsigned i = 0; i < 100; i++)
        chunk_of_references(&writer, CHUNK_MAX);
    writer_close(&writer);
    assert_int_equal(decompress(&writer, NULL, 2), ZNN_ERROR_CORRUPT);
    writer_free(&writer);
}

/* ---------------------------------------------------------------------------------------------------------------- */
/* Hashes                                                                                                           */
/* ---------------------------------------------------------------------------------------------------------------- */

#define TENSORS 2000

/*
 * A base of 256 KiB with many tensors: the same bytes, or where `sliding`, each without the first byte of the one
 * before it.  And a child that lists them all, with a name that leads nowhere.
 */
static void make_many(bool sliding, struct writer *base, struct writer *child)
{
    struct buffer tensors = {0}, rows = {0};
    uint32_t size = MIB / 4;
    writer_open(base);
    chunk_of_zeros(base, size);
    writer_open(child);
    for (uint32_t i = 0; i < TENSORS; i++) {
        uint32_t left = sliding ? size - i : size;
        uint64_t back = left; /* from the end of the last one, which is that of the chunk */
        append_tensor(&tensors, 'a', left, i == 0 ? 0 : 2 * back - 1);
        if (!sliding || i % 4 == 0)
            append_row(&rows, 0, left);
    }
    close_with(base, TENSORS, &tensors);
    put_bases(child, sliding ? TENSORS / 4 : TENSORS, &rows);
    chunk_of_deltas(child, 100, 1, 1);
    writer_close(child);
    znn_buffer_free(&tensors);
    znn_buffer_free(&rows);
}

static void test_same_tensors(void **state)
{
    (void)state;
    struct writer base_file, child;
    make_many(false, &base_file, &child);
    struct znn_base *base = open_base(&base_file);
    assert_int_equal(decompress(&child, base, 2), ZNN_OK);
    assert_true(base->hashed <= 2 * base->size);
    znn_base_close(base);
    writer_free(&child);
    writer_free(&base_file);
}

/* Tensors that overlap may be hashed for a while. */
static void test_overlapping_tensors(void **state)
{
    (void)state;
    struct writer base_file, child;
    make_many(true, &base_file, &child);
    struct znn_base *base = open_base(&base_file);
    uint64_t limit = ALLOWANCE_FREE + ALLOWANCE_FACTOR * base->size;
    base->hashed = limit - 16 * base->size;
    assert_int_equal(decompress(&child, base, 2), ZNN_ERROR_BASE);
    assert_true(base->hashed <= limit);
    assert_true(base->hashed > limit - 2 * base->size);
    znn_base_close(base);
    base = open_base(&base_file);
    assert_int_equal(decompress(&child, base, 2), ZNN_OK);
    assert_true(base->hashed <= TENSORS / 4 * base->size);
    znn_base_close(base);
    writer_free(&child);
    writer_free(&base_file);
}

/* ---------------------------------------------------------------------------------------------------------------- */
/* What no writer makes                                                                                             */
/* ---------------------------------------------------------------------------------------------------------------- */

/* A part that is a difference and one that is not, in a chunk of `size` bytes. */
static enum znn_status decompress_long_chunk(uint32_t size)
{
    struct writer base_file = make_base(MIB);
    struct writer child = open_child(MIB);
    struct draft draft = draft_zeros(&child, size);
    append_leb(&draft.directory, 2);
    append_delta(&draft, 100, 100, 1);
    append_part(&draft, size - 100);
    append_leb(&draft.directory, 0);
    put_chunk(&child, &draft);
    writer_close(&child);
    struct znn_base *base = open_base(&base_file);
    enum znn_status status = decompress(&child, base, 1);
    znn_base_close(base);
    writer_free(&child);
    writer_free(&base_file);
    return status;
}

static void test_long_chunks_with_differences(void **state)
{
    (void)state;
    assert_int_equal(decompress_long_chunk(DELTA_PART_MAX), ZNN_OK);
    assert_int_equal(decompress_long_chunk(DELTA_PART_MAX + 1), ZNN_ERROR_CORRUPT);
}

static enum znn_status decompress_with_references(uint32_t rest)
{
    struct writer writer = open_referring();
    chunk_of_zeros(&writer, MIB);
    struct draft draft = draft_zeros(&writer, MIB + rest);
    append_leb(&draft.directory, 2);
    append(&draft.directory, "\3", 1);
    append_leb(&draft.directory, MIB);
    append_leb(&draft.directory, 0);
    append_part(&draft, rest);
    append_leb(&draft.directory, 0);
    put_chunk(&writer, &draft);
    writer_close(&writer);
    enum znn_status status = decompress(&writer, NULL, 1);
    writer_free(&writer);
    return status;
}

static void test_much_beside_references(void **state)
{
    (void)state;
    assert_int_equal(decompress_with_references(REFERENCES_REST_MAX), ZNN_OK);
    assert_int_equal(decompress_with_references(REFERENCES_REST_MAX + 1), ZNN_ERROR_CORRUPT);
}

/* Sums of what files claim do not start anew at 0. */
static void test_sums(void **state)
{
    (void)state;
    struct allowance allowance;
    znn_allowance_open(&allowance, UINT64_MAX);
    znn_allowance_give(&allowance, UINT64_MAX);
    assert_int_equal(znn_allowance_spend(&allowance, UINT64_MAX), ZNN_OK);
    znn_allowance_close(&allowance);
    znn_allowance_open(&allowance, 1);
    assert_int_equal(znn_allowance_spend(&allowance, ALLOWANCE_FREE + ALLOWANCE_FACTOR), ZNN_OK);
    assert_int_equal(znn_allowance_spend(&allowance, 1), ZNN_ERROR_CORRUPT);
    assert_int_equal(znn_allowance_spend(&allowance, UINT64_MAX), ZNN_ERROR_CORRUPT);
    assert_int_equal(znn_allowance_spend(NULL, UINT64_MAX), ZNN_OK);
    znn_allowance_close(&allowance);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ranges),
        cmocka_unit_test(test_allowance),
        cmocka_unit_test(test_reading_again),
        cmocka_unit_test(test_references),
        cmocka_unit_test(test_references_without_end),
        cmocka_unit_test(test_same_tensors),
        cmocka_unit_test(test_overlapping_tensors),
        cmocka_unit_test(test_long_chunks_with_differences),
        cmocka_unit_test(test_much_beside_references),
        cmocka_unit_test(test_sums),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * test_memory.c - limits the memory that hostile files can cost, and tests running out of memory
 *
 * Each case runs in a child process with a limit on the memory that it may add to that of its start.  If a length
 * becomes an allocation before its bytes are there, the process hits the limit, and the result is ZNN_ERROR_MEMORY
 * instead of the right error.  The test also measures the resident set.  Sanitizers need terabytes of address space, so
 * with them the test compares only the errors.
 */
#include "znn_writer.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "codec/frame_stream.h"
#include "models.h"
#include "packing.h"
#include "support.h"

#if defined(__has_feature)
#    if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#        define SANITIZED 1
#    endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#    define SANITIZED 1
#endif
#ifndef SANITIZED
#    define SANITIZED 0
#endif

#define MIB ((size_t)1 << 20)
#define BOUND (128 * MIB)

struct work {
    const char *what;
    bool compresses, opens;
    struct znn_input input;
    uint64_t limit; /* of what a reader may take */
    unsigned threads;
    int level;
    enum znn_status expected;
};

static ptrdiff_t discard(void *context, const void *data, size_t size)
{
    (void)context;
    (void)data;
    return (ptrdiff_t)size;
}

static enum znn_status do_work(const struct work *work)
{
    struct znn_input input = work->input;
    struct znn_output output = {.write = discard};
    struct znn_reader *reader;
    if (work->opens)
        return znn_reader_open(
            &input,
            &(struct znn_reader_options){.struct_size = sizeof(struct znn_reader_options), .memory_limit = work->limit},
            &reader, NULL);
    struct znn_compress_options packing = {
        .struct_size = sizeof(struct znn_compress_options), .level = work->level, .threads = work->threads};
    struct znn_decompress_options unpacking = {.struct_size = sizeof(struct znn_decompress_options),
                                               .threads = work->threads};
    return work->compresses ? znn_compress(&input, &output, &packing, NULL, NULL)
                            : znn_decompress(&input, &output, &unpacking, NULL, NULL);
}

static size_t resident_peak(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (size_t)usage.ru_maxrss * 1024;
}

/* The size of the address space, or 0 where it is not to be known. */
static size_t address_space(void)
{
    unsigned long pages = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    if (!file)
        return 0;
    if (fscanf(file, "%lu", &pages) != 1)
        pages = 0;
    fclose(file);
    return pages * (size_t)sysconf(_SC_PAGESIZE);
}

static void build_wall(size_t more)
{
    size_t now = address_space();
    struct rlimit limit = {now + more, now + more};
    if (now > 0 && !SANITIZED)
        setrlimit(RLIMIT_AS, &limit);
}

#define TOO_MUCH 100 /* beyond all statuses */

/* Works in a child, behind such a wall; the status, or TOO_MUCH, or -1 where the child has crashed. */
static int work_in_child(const struct work *work, void (*wall)(size_t more), size_t more)
{
    fflush(stdout);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        size_t before = resident_peak();
        wall(more);
        enum znn_status status = do_work(work);
        size_t grown = resident_peak() - before;
        _exit(!SANITIZED && grown > BOUND ? TOO_MUCH : (int)status);
    }
    int result;
    assert_int_equal(waitpid(child, &result, 0), child);
    return WIFEXITED(result) ? WEXITSTATUS(result) : -1;
}

static void expect_bounded(const struct work *work)
{
    int result = work_in_child(work, build_wall, BOUND);
    if (result == TOO_MUCH)
        fail_msg("%s takes too much memory", work->what);
    if (result != (int)work->expected)
        fail_msg("%s: %s", work->what, result < 0 ? "crashes" : znn_status_name((enum znn_status)result));
}

/* Decompresses the bytes in each way.  Random access has a thread more, whose stack counts. */
static void expect_bounded_file(const char *what, const struct buffer *file, enum znn_status expected)
{
    for (enum way way = WAY_MEMORY; way < WAY_COUNT; way++) {
        struct feed feed = {.data = file->data, .size = file->size};
        struct work work = {.what = what, .input = feed_input(&feed, way), .threads = 1, .expected = expected};
        expect_bounded(&work);
    }
}

/* ---------------------------------------------------------------------------------------------------------------- */
/* Decompressing                                                                                                    */
/* ---------------------------------------------------------------------------------------------------------------- */

static void test_headers_with_large_claims(void **state)
{
    (void)state;
    for (unsigned length = 32; length <= 65535; length = length * 2 + 1) {
        struct writer writer;
        writer_open(&writer);
        store_le16(writer.file.data + 18, (uint16_t)length);
        expect_bounded_file("a long header", &writer.file, ZNN_ERROR_CORRUPT);
        writer_free(&writer);
    }
}

/* All that a record says of its size, at the limit and beyond, with nothing behind it. */
static void test_records_with_large_claims(void **state)
{
    (void)state;
    static const struct {
        uint8_t kind;
        uint32_t size, directory, payload;
    } rows[] = {
        {1, 16777216, 1048576, 16777216},
        {1, 16777216, 1048576, 0},
        {1, 16777216, 1, 16777216},
        {1, UINT32_MAX, 1048576, 16777216},
        {1, 16777216, UINT32_MAX, 16777216},
        {1, 16777216, 1048576, UINT32_MAX},
        {1, UINT32_MAX, UINT32_MAX, UINT32_MAX},
        {2, 0, 1048576, UINT32_MAX},
        {2, 0, UINT32_MAX, UINT32_MAX},
        {2, 0, 1, UINT32_MAX},
        {7, UINT32_MAX, 1048576, UINT32_MAX},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        for (size_t there = 0; there <= 100; there += 50) {
            struct writer writer;
            writer_open(&writer);
            struct draft draft = {.kind = rows[i].kind, .size = rows[i].size};
            append(&draft.directory, "\1", 1);
            writer_put(&writer, &draft);
            uint8_t *record = writer.file.data + 32;
            store_le32(record + 32, rows[i].directory);
            store_le32(record + 36, rows[i].payload);
            for (size_t k = 0; k < there; k++)
                append(&writer.file, "\1", 1);
            expect_bounded_file("a record of large claims", &writer.file, ZNN_ERROR_CORRUPT);
            writer_free(&writer);
        }
}

/* A good file of as much as a record may stand for, and threads that would each like to have one. */
static void test_largest_chunks_one_at_a_time(void **state)
{
    (void)state;
    uint8_t *zeros = calloc(1, 16 * MIB);
    assert_non_null(zeros);
    uint64_t digest = XXH3_64bits(zeros, 16 * MIB);
    free(zeros);
    struct writer writer;
    writer_open(&writer);
    for (int i = 0; i < 6; i++) {
        struct draft draft = {.kind = KIND_CHUNK, .size = 16 * MIB, .offset = writer.original_size, .digest = digest};
        append(&draft.directory, "\1\0\1\0\x80\x80\x80\x08\0\0\0", 11);
        writer_enter(&writer, &draft);
        writer_put(&writer, &draft);
    }
    writer_close(&writer);
    expect_bounded_file("large chunks", &writer.file, ZNN_OK);
    struct work work = {
        .what = "large chunks in threads", .input = znn_input_memory(writer.file.data, writer.file.size), .threads = 6};
    int result = work_in_child(&work, build_wall, 4096 * MIB); /* for the stacks and heaps of the threads */
    assert_int_equal(result, ZNN_OK);
    writer_free(&writer);
}

/* An index over no chunks, whose table of tensors is this. */
static void expect_bounded_table(const char *what, const struct draft_table *tensors, enum znn_status expected)
{
    struct writer writer;
    struct draft_table chunks = {0};
    writer_open(&writer);
    struct draft draft = draft_index(0, &chunks, tensors);
    writer.index_offset = writer.file.size;
    writer_put(&writer, &draft);
    writer_footer(&writer);
    expect_bounded_file(what, &writer.file, expected);
    writer_free(&writer);
}

/* A table that begins so and goes on with `size` bytes of `value`: a few KiB, compressed. */
static struct draft_table make_bomb(const char *start, size_t start_size, uint8_t value, size_t size)
{
    struct draft_table table = {.entries = 1, .size = start_size + size, .zstd = true};
    struct frame_writer writer;
    uint8_t *piece = malloc(MIB);
    assert_non_null(piece);
    memset(piece, value, MIB);
    assert_true(znn_frame_writer_open(&writer, 1, table.size, &table.stream));
    assert_true(znn_frame_writer_write(&writer, start, start_size));
    for (size_t at = 0; at < size; at += MIB)
        assert_true(znn_frame_writer_write(&writer, piece, MIB));
    assert_true(znn_frame_writer_finish(&writer));
    znn_frame_writer_close(&writer);
    free(piece);
    return table;
}

static void test_tables_that_unpack_to_much(void **state)
{
    (void)state;
    static const struct {
        const char *what, *start;
        size_t start_size;
        uint8_t value;
    } rows[] = {
        {"a name of 4 GiB", "\xff\xff\xff\xff\x0f", 5, 'a'},
        {"2^32 - 1 dimensions", "\1a\x0a\xff\xff\xff\xff\x0f", 8, 1},
        {"many bytes that are no entry", "", 0, 0xff},
        {"many bytes that are entries too many", "", 0, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct draft_table table = make_bomb(rows[i].start, rows[i].start_size, rows[i].value, BOUND + 16 * MIB);
        assert_true(table.stream.size < MIB / 10);
        expect_bounded_table(rows[i].what, &table, ZNN_ERROR_CORRUPT);
        znn_buffer_free(&table.stream);
    }
}

static void expect_bounded_list(const char *what, const struct draft_table *tensors)
{
    struct draft_table chunks = {0};
    struct writer writer;
    writer_open(&writer);
    struct draft draft = draft_index(0, &chunks, tensors);
    writer.index_offset = writer.file.size;
    writer_put(&writer, &draft);
    writer_footer(&writer);
    struct work work = {
        .what = what,
        .opens = true,
        .input = znn_input_memory(writer.file.data, writer.file.size),
        .limit = 64 * MIB,
        .expected = ZNN_ERROR_MEMORY_LIMIT,
    };
    expect_bounded(&work);
    struct znn_reader *reader;
    assert_int_equal(znn_reader_open(&work.input, NULL, &reader, NULL), ZNN_ERROR_MEMORY_LIMIT);
    writer_free(&writer);
}

/* A few KiB that list 30 million empty tensors: a reader holds as much of them as it may. */
static void test_a_list_of_many_tensors(void **state)
{
    (void)state;
    enum { ROW = 5, ROWS = 200000, PIECES = 150 };
    static const uint8_t row[ROW] = {0, 0, 0, 0, 1}; /* no name, type or shape; one byte less than these call for */
    struct draft_table table = {
        .entries = (uint64_t)ROWS * PIECES, .size = (uint64_t)ROWS * PIECES * ROW, .zstd = true};
    struct frame_writer writer;
    uint8_t *piece = malloc((size_t)ROWS * ROW);
    assert_non_null(piece);
    for (size_t i = 0; i < (size_t)ROWS * ROW; i++)
        piece[i] = row[i % ROW];
    assert_true(znn_frame_writer_open(&writer, 1, table.size, &table.stream));
    for (int i = 0; i < PIECES; i++)
        assert_true(znn_frame_writer_write(&writer, piece, (size_t)ROWS * ROW));
    assert_true(znn_frame_writer_finish(&writer));
    znn_frame_writer_close(&writer);
    free(piece);
    assert_true(table.stream.size < MIB / 10);
    expect_bounded_list("a list of many tensors", &table);
    znn_buffer_free(&table.stream);
}

static void test_a_name_of_600_mib(void **state)
{
    (void)state;
    struct draft_table table = make_bomb("\x80\x80\x80\xac\x02", 5, 'a', 600 * MIB);
    expect_bounded_list("a name of 600 MiB", &table);
    znn_buffer_free(&table.stream);
}

static void test_tables_with_large_claims(void **state)
{
    (void)state;
    static const uint64_t sizes[] = {1 << 30, UINT32_MAX, UINT64_C(1) << 40, UINT64_MAX};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct draft_table table = {.entries = sizes[i] / 2, .size = sizes[i], .zstd = true};
        append(&table.stream, "\x28\xb5\x2f\xfd\xe0\0\0\0\0\0\0\0\x40\1\0\0", 16);
        expect_bounded_table("a table of large claims", &table, ZNN_ERROR_CORRUPT);
        table.zstd = false;
        expect_bounded_table("a raw table of large claims", &table, ZNN_ERROR_CORRUPT);
        znn_buffer_free(&table.stream);
    }
}

/* ---------------------------------------------------------------------------------------------------------------- */
/* Compressing                                                                                                      */
/* ---------------------------------------------------------------------------------------------------------------- */

static void expect_bounded_original(const char *what, const void *data, size_t size, uint64_t reported)
{
    for (enum way way = WAY_MEMORY; way < WAY_COUNT; way++) {
        struct feed feed = {.data = data, .size = size, .reported = reported};
        struct work work = {
            .what = what, .compresses = true, .input = feed_input(&feed, way), .threads = 1, .level = 1};
        expect_bounded(&work);
    }
}

/* Headers of safetensors that are not there, in files that say that they are larger than they are. */
static void test_models_with_large_claims(void **state)
{
    (void)state;
    static const uint64_t lengths[] = {2,         4096,       1 << 20,   99999999,  100000000,
                                       100000001, UINT32_MAX, INT64_MAX, UINT64_MAX};
    static const uint64_t reported[] = {0, 1 << 30, UINT64_C(1) << 40, UINT64_MAX - 1};
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++)
        for (size_t k = 0; k < sizeof reported / sizeof *reported; k++) {
            uint8_t bytes[5000];
            memset(bytes, ' ', sizeof bytes);
            store_le64(bytes, lengths[i]);
            memcpy(bytes + 8, "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}", 53);
            expect_bounded_original("a header of large claims", bytes, sizeof bytes, reported[k]);
        }
}

static void test_tensors_with_large_claims(void **state)
{
    (void)state;
    static const char *const headers[] = {
        "{\"a\":{\"dtype\":\"U8\",\"shape\":[9223372036754775807],\"data_offsets\":[0,9223372036754775807]}}",
        "{\"a\":{\"dtype\":\"U8\",\"shape\":[18446744073709551615],\"data_offsets\":[0,18446744073709551615]}}",
        "{\"a\":{\"dtype\":\"F64\",\"shape\":[1152921504606846975],\"data_offsets\":[0,9223372036854775800]}}",
        "{\"a\":{\"dtype\":\"U8\",\"shape\":[9223372036000000000],\"data_offsets\":[0,9223372036000000000]}}",
    };
    for (size_t i = 0; i < sizeof headers / sizeof *headers; i++) {
        uint8_t bytes[1000] = {0};
        size_t size = strlen(headers[i]);
        store_le64(bytes, size);
        memcpy(bytes + 8, headers[i], size);
        expect_bounded_original("tensors of large claims", bytes, sizeof bytes, 0);
        expect_bounded_original("tensors of large claims", bytes, sizeof bytes, UINT64_C(9223372036854775807));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_headers_with_large_claims),    cmocka_unit_test(test_records_with_large_claims),
        cmocka_unit_test(test_largest_chunks_one_at_a_time), cmocka_unit_test(test_tables_that_unpack_to_much),
        cmocka_unit_test(test_a_list_of_many_tensors),       cmocka_unit_test(test_a_name_of_600_mib),
        cmocka_unit_test(test_tables_with_large_claims),     cmocka_unit_test(test_models_with_large_claims),
        cmocka_unit_test(test_tensors_with_large_claims),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

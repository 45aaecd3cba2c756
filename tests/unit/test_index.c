/*
 * test_index.c - the index: its directory and its table of chunks
 */
#include "tables.h"

static void test_chunk_table_round_trip(void **state)
{
    (void)state;
    struct random random = random_start(__func__);
    for (int round = 0; round < 100; round++) {
        struct chunk_entry chunks[100];
        struct buffer table = {0}, expected = {0}, out = {0};
        size_t count = random_below(&random, 101);
        uint64_t original_size = 0;
        for (size_t i = 0; i < count; i++) {
            chunks[i].decoded_size = 1 + (uint32_t)random_below(&random, random_below(&random, 9) ? 300 : CHUNK_MAX);
            chunks[i].record_size = 49 + (uint32_t)random_below(&random, random_below(&random, 9) ? 300 : CHUNK_MAX);
            chunks[i].digest = random_u64(&random);
            original_size += chunks[i].decoded_size;
            assert_int_equal(note_chunk(&expected, &chunks[i]), ZNN_OK);
        }
        assert_true(znn_chunk_table_write(chunks, count, append, &table));
        assert_int_equal(feed_all_ways(TABLE_CHUNKS, count, original_size, table.data, table.size, &random, &out),
                         ZNN_OK);
        assert_int_equal(out.size, expected.size);
        if (out.size > 0)
            assert_memory_equal(out.data, expected.data, out.size);
        znn_buffer_free(&table);
        znn_buffer_free(&expected);
        znn_buffer_free(&out);
    }
}

static void test_chunk_tables(void **state)
{
    (void)state;
    static const struct table_row rows[] = {
        ROW("none", 0, 0, "", true),
        ROW("one", 1, 10, "\x0a\x31", true),
        ROW("largest", 1, 1 << 24, "\x80\x80\x80\x08\xb0\x80\xc0\x08", true),
        ROW("none, of a file that is not empty", 0, 10, "", false),
        ROW("one too few", 1, 20, "\x0a\x31", false),
        ROW("one too many", 1, 10, "\x0a\x31\x0a\x31", false),
        ROW("a byte behind", 1, 10, "\x0a\x31\x00", false),
        ROW("half an entry", 1, 10, "\x0a", false),
        ROW("half a number", 1, 10, "\x0a\xb1", false),
        ROW("cut short", 2, 20, "\x0a\x31", false),
        ROW("fewer than stated", 2, 10, "\x0a\x31", false),
        ROW("of nothing", 1, 0, "\x00\x31", false),
        ROW("too large", 1, (1 << 24) + 1, "\x81\x80\x80\x08\x31", false),
        ROW("record of a prefix alone", 1, 10, "\x0a\x30", false),
        ROW("record of nothing", 1, 10, "\x0a\x00", false),
        ROW("record too large", 1, 10, "\x0a\xb1\x80\xc0\x08", false),
        ROW("record of 2^32 + 49", 1, 10, "\x0a\xb1\x80\x80\x80\x10", false),
        ROW("record of 2^64 - 1", 1, 10, "\x0a" MAX64, false),
        ROW("chunk of 2^32 + 10", 1, 10, "\x8a\x80\x80\x80\x10\x31", false),
        ROW("chunk of 2^64 - 1", 1, UINT64_MAX, MAX64 "\x31", false),
        ROW("larger than the file", 1, 9, "\x0a\x31", false),
        ROW("larger than the file together", 2, 19, "\x0a\x31\x0a\x31", false),
        ROW("overlong", 1, 10, "\x8a\x00\x31", false),
        ROW("beyond 64 bits", 1, 10, "\x8a\x80\x80\x80\x80\x80\x80\x80\x80\x02\x31", false),
        ROW("without end", 1, 10, "\x8a\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80", false),
    };
    check_rows(TABLE_CHUNKS_VERSION_1, rows, sizeof rows / sizeof *rows);
}

#define DIGEST "\0\x81\xff\0\x80\xff\xff\xff"

static void test_chunk_tables_with_digests(void **state)
{
    (void)state;
    static const struct table_row rows[] = {
        ROW("none", 0, 0, "", true),
        ROW("one", 1, 10, "\x0a\x31" DIGEST, true),
        ROW("two", 2, 20, "\x0a\x31" DIGEST "\x0a\x31" DIGEST, true),
        ROW("none, of a file that is not empty", 0, 10, "", false),
        ROW("one too many", 1, 10, "\x0a\x31" DIGEST "\x0a\x31" DIGEST, false),
        ROW("a byte behind", 1, 10, "\x0a\x31" DIGEST "\x00", false),
        ROW("no digest", 1, 10, "\x0a\x31", false),
        ROW("seven bytes of a digest", 1, 10, "\x0a\x31\x81\xff\0\x80\xff\xff\xff", false),
        ROW("too large", 1, (1 << 24) + 1, "\x81\x80\x80\x08\x31" DIGEST, false),
        ROW("record of a prefix alone", 1, 10, "\x0a\x30" DIGEST, false),
        ROW("larger than the file together", 2, 19, "\x0a\x31" DIGEST "\x0a\x31" DIGEST, false),
    };
    check_rows(TABLE_CHUNKS, rows, sizeof rows / sizeof *rows);
}

static bool refuse_third(void *context, const void *data, size_t size)
{
    (void)data;
    (void)size;
    return ++*(unsigned *)context < 3;
}

static void test_refusing_sink_stops_the_writing(void **state)
{
    (void)state;
    static const struct chunk_entry chunks[] = {{10, 60, 1}, {10, 60, 2}, {10, 60, 3}};
    unsigned calls = 0;
    assert_false(znn_chunk_table_write(chunks, 3, refuse_third, &calls));
    assert_int_equal(calls, 3);
}

static enum znn_status parse_directory(const void *bytes, size_t size, uint32_t payload, struct index *index)
{
    struct record record = {.kind = RECORD_INDEX, .directory_size = (uint32_t)size, .payload_size = payload};
    struct znn_error error = ZNN_INIT(struct znn_error);
    uint8_t *copy = malloc(size ? size : 1);
    assert_non_null(copy);
    memcpy(copy, bytes, size);
    enum znn_status status = znn_index_parse(index, &record, copy, 77, &error);
    free(copy);
    assert_int_equal(error.status, status);
    if (status)
        assert_int_equal(error.offset, 77);
    return status;
}

static void test_directory_round_trip(void **state)
{
    (void)state;
    struct random random = random_start(__func__);
    for (int round = 0; round < 1000; round++) {
        struct index index = {.format = (uint8_t)random_u64(&random), .verdict = (uint8_t)random_u64(&random)};
        struct index back = {0};
        struct buffer bytes = {0};
        struct table *tables[] = {&index.chunks, &index.tensors};
        uint32_t payload = 0;
        for (size_t i = 0; i < 2; i++) {
            uint64_t size = random_u64(&random) >> (33 + random_below(&random, 31));
            *tables[i] = (struct table){.entries = size / 2 - size / 5, .size = size};
            tables[i]->stream.kind = random_below(&random, 2) ? STREAM_RAW : STREAM_ZSTD;
            tables[i]->stream.size =
                tables[i]->stream.kind == STREAM_RAW ? (uint32_t)size : (uint32_t)random_below(&random, 1 << 30);
            payload += tables[i]->stream.size;
        }
        assert_true(znn_index_write(&index, &bytes));
        if (payload >= index.chunks.stream.size) { /* else the sum is beyond what a payload can be */
            assert_int_equal(parse_directory(bytes.data, bytes.size, payload, &back), ZNN_OK);
            assert_int_equal(back.format, index.format);
            assert_int_equal(back.verdict, index.verdict);
            assert_true(back.chunks.entries == index.chunks.entries && back.chunks.size == index.chunks.size);
            assert_true(back.tensors.entries == index.tensors.entries && back.tensors.size == index.tensors.size);
            assert_int_equal(back.chunks.stream.size, index.chunks.stream.size);
            assert_int_equal(back.tensors.stream.kind, index.tensors.stream.kind);
        }
        for (size_t size = 0; size < bytes.size; size++)
            assert_int_equal(parse_directory(bytes.data, size, payload, &back), ZNN_ERROR_CORRUPT);
        znn_buffer_free(&bytes);
    }
}

static void test_directories(void **state)
{
    (void)state;
    static const struct {
        const char *what;
        const char *bytes;
        size_t size;
        enum znn_status expected;
    } rows[] = {
#define INDEX(what, bytes, expected) {what, bytes, sizeof(bytes) - 1, expected}
        INDEX("of an empty file", "\0\0\0\0\1\0\0\1", ZNN_ERROR_CORRUPT), /* with a payload of ten bytes */
        INDEX("raw", "\0\0\1\4\1\1\6\1", ZNN_OK),
        INDEX("zstd", "\1\0\1\4\2\3\1\6\2\7", ZNN_OK),
        INDEX("unknown format and verdict", "\xff\xff\1\4\1\1\6\1", ZNN_OK),
        INDEX("tables of 2^64 - 1 bytes", "\1\0\1" MAX64 "\2\3\1" MAX64 "\2\7", ZNN_OK),
        INDEX("more entries than fit", "\0\0\3\4\1\1\6\1", ZNN_ERROR_CORRUPT),
        INDEX("2^64 - 1 entries", "\0\0" MAX64 "\4\1\1\6\1", ZNN_ERROR_CORRUPT),
        INDEX("2^64 - 1 entries in as many bytes", "\0\0" MAX64 MAX64 "\2\3\1\6\2\7", ZNN_ERROR_CORRUPT),
        INDEX("constant chunks", "\0\0\1\4\0\1\1\x0a\1", ZNN_ERROR_CORRUPT),
        INDEX("constant tensors", "\0\0\1\x0a\1\1\6\0\1", ZNN_ERROR_CORRUPT),
        INDEX("stream of kind 3", "\0\0\1\4\3\1\6\1", ZNN_ERROR_TOO_NEW),
        INDEX("chunks beyond the payload", "\0\0\1\x0b\1\0\0\1", ZNN_ERROR_CORRUPT),
        INDEX("tensors beyond the payload", "\0\0\1\4\1\1\7\1", ZNN_ERROR_CORRUPT),
        INDEX("zstd of 2^32 + 6", "\0\0\1\4\1\1\6\2\x86\x80\x80\x80\x10", ZNN_ERROR_CORRUPT),
        INDEX("raw of 2^32 + 4", "\0\0\1\x84\x80\x80\x80\x10\1\1\6\1", ZNN_ERROR_CORRUPT),
        INDEX("payload of nobody", "\0\0\1\4\1\1\5\1", ZNN_ERROR_CORRUPT),
        INDEX("a byte behind", "\0\0\1\4\1\1\6\1\0", ZNN_ERROR_CORRUPT),
        INDEX("overlong", "\0\0\x81\0\4\1\1\6\1", ZNN_ERROR_CORRUPT),
#undef INDEX
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct index index = {0};
        enum znn_status status = parse_directory(rows[i].bytes, rows[i].size, 10, &index);
        if (status != rows[i].expected)
            fail_msg("%s: %s", rows[i].what, znn_status_name(status));
    }
    struct index index = {0};
    assert_int_equal(parse_directory("\0\0\0\0\1\0\0\1", 8, 0, &index), ZNN_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_chunk_table_round_trip),    cmocka_unit_test(test_chunk_tables),
        cmocka_unit_test(test_chunk_tables_with_digests), cmocka_unit_test(test_refusing_sink_stops_the_writing),
        cmocka_unit_test(test_directory_round_trip),      cmocka_unit_test(test_directories),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

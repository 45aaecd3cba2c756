/*
 * test_decompress.c - everything that a reader must check
 *
 * Each file here has correct checksums and exactly one error.  Every way of reading it, with one thread or several,
 * must report the same error at the same place.
 */
#include "znn_writer.h"

#include "frames.h"
#include "packing.h"
#include "support.h"

/* Decompresses in every way; all must agree.  With ZNN_OK the content must be `content`. */
static void expect(const char *what, const struct writer *writer, enum znn_status expected, const void *content,
                   size_t size)
{
    uint64_t place = 0;
    for (enum way way = WAY_MEMORY; way < WAY_COUNT; way++)
        for (unsigned threads = 1; threads <= 4; threads += 3)
            for (int anywhere = 0; anywhere < 2; anywhere++) {
                struct drain drain;
                struct znn_report report = ZNN_INIT(struct znn_report);
                struct znn_error error = ZNN_INIT(struct znn_error);
                enum znn_status status =
                    unpack_way(writer->file.data, writer->file.size, way, threads, anywhere, &drain, &report, &error);
                if (status != expected)
                    fail_msg("%s (way %d): %s, %s", what, (int)way, znn_status_name(status), error.detail);
                if (status == ZNN_OK) {
                    assert_int_equal(report.compressed_size, writer->file.size);
                    assert_int_equal(drain.size, size);
                    if (size > 0)
                        assert_memory_equal(drain.data, content, size);
                } else if (way == WAY_MEMORY && threads == 1 && !anywhere) {
                    place = error.offset;
                } else if (error.offset != place) {
                    fail_msg("%s (way %d): at %llu instead of %llu", what, (int)way, (unsigned long long)error.offset,
                             (unsigned long long)place);
                }
                drain_close(&drain);
            }
}

static void expect_bad(const char *what, struct writer *writer, enum znn_status expected)
{
    expect(what, writer, expected, NULL, 0);
    writer_free(writer);
}

static void test_files_by_hand(void **state)
{
    (void)state;
    struct writer writer;
    writer_open(&writer);
    writer_close(&writer);
    expect("empty", &writer, ZNN_OK, "", 0);
    writer_free(&writer);

    writer_open(&writer);
    writer_chunk(&writer, "hello", 5);
    writer_close(&writer);
    expect("one chunk", &writer, ZNN_OK, "hello", 5);
    writer_free(&writer);

    uint8_t content[2000];
    writer_open(&writer);
    for (size_t i = 0; i < sizeof content; i++) {
        content[i] = (uint8_t)(i * i);
        writer_chunk(&writer, &content[i], 1);
    }
    writer_close(&writer);
    expect("chunks of a byte", &writer, ZNN_OK, content, sizeof content);
    writer_free(&writer);
}

/* Constants of 16 MiB, the largest chunk: one of them at a time has the decoder's memory for itself. */
static void test_largest_chunks(void **state)
{
    (void)state;
    enum { LARGEST = 16 << 20, COUNT = 4 };
    uint8_t *content = malloc((size_t)COUNT * LARGEST);
    assert_non_null(content);
    struct writer writer;
    writer_open(&writer);
    for (int i = 0; i < COUNT; i++) {
        uint8_t value = (uint8_t)(i + 1);
        memset(content + (size_t)i * LARGEST, value, LARGEST);
        struct draft draft = {.kind = KIND_CHUNK, .size = LARGEST, .offset = writer.original_size};
        draft.digest = XXH3_64bits(content + (size_t)i * LARGEST, LARGEST);
        append(&draft.directory, "\1\0\1\0\x80\x80\x80\x08\0", 9);
        append(&draft.directory, &value, 1);
        append(&draft.directory, "\0", 1);
        writer_enter(&writer, &draft);
        writer_put(&writer, &draft);
    }
    writer_close(&writer);
    for (enum way way = WAY_MEMORY; way < WAY_COUNT; way++)
        expect_unpacked(&writer.file, way, 4, way == WAY_MEMORY, content, (size_t)COUNT * LARGEST);
    writer_free(&writer);
    free(content);
}

static void test_interleaved_parts(void **state)
{
    (void)state;
    struct writer writer;
    writer_open(&writer);
    struct draft draft = {.kind = KIND_CHUNK, .size = 10, .digest = XXH3_64bits("aBBaaBaaBB", 10)};
    append(&draft.directory, "\2\0\1\0\5\0a\0\1\0\5\0B\6\x0c\1", 16);
    append(&draft.payload, "\0\1\1\2\0\2\1\1\0\2\1\2", 12);
    writer_enter(&writer, &draft);
    writer_put(&writer, &draft);
    writer_close(&writer);
    expect_bad("a payload beyond the chunk, for its layout", &writer, ZNN_ERROR_CORRUPT);

    writer_open(&writer);
    draft = (struct draft){.kind = KIND_CHUNK, .size = 12, .digest = XXH3_64bits("aBBaaBaaBBBB", 12)};
    append(&draft.directory, "\2\0\1\0\5\0a\0\1\0\7\0B\6\x0c\1", 16);
    append(&draft.payload, "\0\1\1\2\0\2\1\1\0\2\1\4", 12);
    writer_enter(&writer, &draft);
    writer_put(&writer, &draft);
    writer_close(&writer);
    expect("interleaved", &writer, ZNN_OK, "aBBaaBaaBBBB", 12);
    writer_free(&writer);
}

enum chunk_quirk {
    OFFSET_TOO_HIGH,
    OFFSET_TOO_LOW,
    LEFT_OUT,
    TWICE,
    OTHER_DIGEST,
    OTHER_BYTE,
    UNKNOWN_KIND,
    UNKNOWN_TRANSFORM,
    CHUNK_QUIRKS
};

/* Three chunks of which the second has something wrong. */
static void write_quirky_chunks(struct writer *writer, enum chunk_quirk quirk)
{
    writer_open(writer);
    writer_chunk(writer, "aaaa", 4);
    struct draft draft = draft_chunk(writer, "bbbb", 4);
    draft.offset += quirk == OFFSET_TOO_HIGH;
    draft.offset -= quirk == OFFSET_TOO_LOW;
    draft.digest ^= quirk == OTHER_DIGEST;
    draft.payload.data[0] ^= quirk == OTHER_BYTE;
    draft.kind = quirk == UNKNOWN_KIND ? 100 : KIND_CHUNK;
    draft.directory.data[1] = quirk == UNKNOWN_TRANSFORM ? 200 : 0;
    writer_enter(writer, &draft);
    if (quirk == LEFT_OUT) {
        znn_buffer_free(&draft.directory);
        znn_buffer_free(&draft.payload);
    } else {
        writer_put(writer, &draft);
    }
    if (quirk == TWICE) {
        writer->original_size -= 4;
        writer_chunk(writer, "bbbb", 4);
    }
    writer_chunk(writer, "cccc", 4);
    writer_close(writer);
}

static void test_chunks_that_are_refused(void **state)
{
    (void)state;
    for (enum chunk_quirk quirk = OFFSET_TOO_HIGH; quirk < CHUNK_QUIRKS; quirk++) {
        struct writer writer;
        char what[40];
        write_quirky_chunks(&writer, quirk);
        snprintf(what, sizeof what, "chunk of quirk %d", (int)quirk);
        bool is_new = quirk == UNKNOWN_KIND || quirk == UNKNOWN_TRANSFORM;
        expect_bad(what, &writer, is_new ? ZNN_ERROR_TOO_NEW : ZNN_ERROR_CORRUPT);
    }
}

/* Of several damaged chunks, the first is the one that is told, whoever is first to see one. */
static void test_first_damage_is_reported(void **state)
{
    (void)state;
    for (int round = 0; round < 10; round++) {
        struct writer writer;
        writer_open(&writer);
        for (int i = 0; i < 100; i++) {
            struct draft draft = draft_chunk(&writer, "abcdefgh", 8);
            draft.digest ^= i >= 30 && i % 2 == 0;
            writer_enter(&writer, &draft);
            writer_put(&writer, &draft);
        }
        writer_close(&writer);
        struct drain drain;
        struct znn_error error = ZNN_INIT(struct znn_error);
        enum znn_status status =
            unpack_way(writer.file.data, writer.file.size, WAY_MEMORY, 8, false, &drain, NULL, &error);
        assert_int_equal(status, ZNN_ERROR_CORRUPT);
        assert_int_equal(error.offset, 32 + 30 * (48 + 7 + 8));
        drain_close(&drain);
        writer_free(&writer);
    }
}

/* ---------------------------------------------------------------------------------------------------------------- */
/* Index and footer                                                                                                 */
/* ---------------------------------------------------------------------------------------------------------------- */

/* A file of "hello" whose index has these tables. */
static void write_with_tables(struct writer *writer, uint64_t original_size, const struct draft_table *chunks,
                              const struct draft_table *tensors)
{
    writer_open(writer);
    writer_chunk(writer, "hello", 5);
    struct draft_table own = chunk_table(writer);
    struct draft draft = draft_index(original_size, chunks ? chunks : &own, tensors);
    writer->index_offset = writer->file.size;
    writer_put(writer, &draft);
    writer_footer(writer);
}

static struct draft_table raw_table(uint64_t entries, const char *bytes, size_t size)
{
    struct draft_table table = {.entries = entries, .size = size};
    append(&table.stream, bytes, size);
    return table;
}

/* The one chunk of "hello" has 5 bytes, and 48 + 7 + 5 of record. */
static void test_chunk_tables_that_disagree(void **state)
{
    (void)state;
    static const struct {
        const char *what;
        uint64_t entries, original_size;
        const char *bytes;
        size_t size;
        enum znn_status expected;
    } rows[] = {
        {"right", 1, 5, "\x05\x3c", 2, ZNN_OK},
        {"another size", 1, 6, "\x05\x3c", 2, ZNN_ERROR_CORRUPT},
        {"chunk too large", 1, 5, "\x06\x3c", 2, ZNN_ERROR_CORRUPT},
        {"chunk too small", 1, 5, "\x04\x3c", 2, ZNN_ERROR_CORRUPT},
        {"record too large", 1, 5, "\x05\x3d", 2, ZNN_ERROR_CORRUPT},
        {"no chunk", 0, 5, "", 0, ZNN_ERROR_CORRUPT},
        {"two chunks", 2, 5, "\x02\x3c\x03\x3c", 4, ZNN_ERROR_CORRUPT},
        {"another chunk", 2, 10, "\x05\x3c\x05\x3c", 4, ZNN_ERROR_CORRUPT},
        {"overlong", 1, 5, "\x85\x00\x3c", 3, ZNN_ERROR_CORRUPT},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct writer writer;
        struct draft_table tensors = {0};
        struct draft_table chunks = raw_table(rows[i].entries, rows[i].bytes, rows[i].size);
        write_with_tables(&writer, rows[i].original_size, &chunks, &tensors);
        expect(rows[i].what, &writer, rows[i].expected, "hello", 5);
        writer_free(&writer);
        znn_buffer_free(&chunks.stream);
    }
}

static void test_malformed_tensor_tables(void **state)
{
    (void)state;
    static const struct {
        const char *what;
        uint64_t entries;
        const char *bytes;
        size_t size;
        enum znn_status expected;
    } rows[] = {
        {"right", 1, "\1a\x0a\1\5\0\0", 7, ZNN_OK},
        {"beyond the file", 1, "\1a\x0a\1\6\0\0", 7, ZNN_ERROR_CORRUPT},
        {"too few", 2, "\1a\x0a\1\5\0\0", 7, ZNN_ERROR_CORRUPT},
        {"cut short", 1, "\1a\x0a\1\5\0", 6, ZNN_ERROR_CORRUPT},
        {"a byte behind", 1, "\1a\x0a\1\5\0\0\0", 8, ZNN_ERROR_CORRUPT},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct writer writer;
        struct draft_table tensors = raw_table(rows[i].entries, rows[i].bytes, rows[i].size);
        write_with_tables(&writer, 5, NULL, &tensors);
        expect(rows[i].what, &writer, rows[i].expected, "hello", 5);
        writer_free(&writer);
        znn_buffer_free(&tensors.stream);
    }
}

/* A table of tensors whose only name is the frames' content. */
static void test_frames_of_tables(void **state)
{
    (void)state;
    struct buffer table = {0};
    append_leb(&table, FRAME_CONTENT_SIZE);
    append(&table, FRAME_CONTENT, FRAME_CONTENT_SIZE);
    append(&table, "\x0a\1\5\0\0", 5);
    for (enum frame_quirk quirk = FRAME_GOOD; quirk < FRAME_QUIRKS; quirk++) {
        struct writer writer;
        struct draft_table tensors = {.entries = 1, .size = table.size, .zstd = true};
        tensors.stream = make_frame_of(quirk, table.data, table.size);
        write_with_tables(&writer, 5, NULL, &tensors);
        char what[40];
        snprintf(what, sizeof what, "frame of quirk %d", (int)quirk);
        expect(what, &writer, quirk <= FRAME_WITH_CHECKSUM ? ZNN_OK : ZNN_ERROR_CORRUPT, "hello", 5);
        writer_free(&writer);
        znn_buffer_free(&tensors.stream);
    }
    for (int more = -1; more <= 1; more += 2) {
        struct writer writer;
        struct draft_table tensors = {.entries = 1, .size = table.size + (uint64_t)more, .zstd = true};
        tensors.stream = make_frame_of(FRAME_GOOD, table.data, table.size);
        write_with_tables(&writer, 5, NULL, &tensors);
        znn_buffer_free(&tensors.stream);
        expect_bad("table of another size", &writer, ZNN_ERROR_CORRUPT);
    }
    znn_buffer_free(&table);
}

/* What decodes to nothing may still not be just anything. */
static void test_frames_of_empty_tables(void **state)
{
    (void)state;
    for (enum frame_quirk quirk = FRAME_GOOD; quirk < FRAME_QUIRKS; quirk++) {
        struct writer writer;
        struct draft_table tensors = {.zstd = true, .stream = make_frame_of(quirk, "", 0)};
        write_with_tables(&writer, 5, NULL, &tensors);
        char what[40];
        snprintf(what, sizeof what, "empty frame of quirk %d", (int)quirk);
        expect(what, &writer, quirk <= FRAME_WITH_CHECKSUM ? ZNN_OK : ZNN_ERROR_CORRUPT, "hello", 5);
        writer_free(&writer);
        znn_buffer_free(&tensors.stream);
    }
}

static void test_unknown_format_and_verdict(void **state)
{
    (void)state;
    struct writer writer;
    struct draft_table tensors = {0};
    writer_open(&writer);
    writer_chunk(&writer, "hello", 5);
    struct draft_table chunks = chunk_table(&writer);
    struct draft draft = draft_index(5, &chunks, &tensors);
    memcpy(draft.directory.data, "\xfa\xfb", 2);
    writer.index_offset = writer.file.size;
    writer_put(&writer, &draft);
    writer_footer(&writer);
    struct drain drain;
    struct znn_report report = ZNN_INIT(struct znn_report);
    struct znn_error error = ZNN_INIT(struct znn_error);
    assert_int_equal(unpack_way(writer.file.data, writer.file.size, WAY_MEMORY, 1, false, &drain, &report, &error),
                     ZNN_OK);
    assert_string_equal(report.format, "unknown");
    assert_string_equal(report.header_error, "unknown");
    drain_close(&drain);
    writer_free(&writer);
}

static void test_index_out_of_place(void **state)
{
    (void)state;
    struct writer writer;
    writer_open(&writer);
    writer_chunk(&writer, "hello", 5);
    writer_footer(&writer);
    expect_bad("no index", &writer, ZNN_ERROR_CORRUPT);

    writer_open(&writer);
    writer_chunk(&writer, "hello", 5);
    writer_index(&writer);
    writer_close(&writer);
    expect_bad("two indexes", &writer, ZNN_ERROR_CORRUPT);

    writer_open(&writer);
    writer_chunk(&writer, "hello", 5);
    writer_index(&writer);
    writer_chunk(&writer, "hello", 5);
    writer_footer(&writer);
    expect_bad("a chunk behind the index", &writer, ZNN_ERROR_CORRUPT);

    writer_open(&writer);
    writer_index(&writer);
    expect_bad("no footer", &writer, ZNN_ERROR_CORRUPT);

    writer_open(&writer);
    expect_bad("nothing but a header", &writer, ZNN_ERROR_CORRUPT);
}

static void test_index_with_another_digest(void **state)
{
    (void)state;
    struct writer writer;
    struct draft_table tensors = {0};
    writer_open(&writer);
    writer_chunk(&writer, "hello", 5);
    struct draft_table chunks = chunk_table(&writer);
    struct draft draft = draft_index(5, &chunks, &tensors);
    draft.digest ^= 1;
    writer.index_offset = writer.file.size;
    writer_put(&writer, &draft);
    writer_footer(&writer);
    expect_bad("another digest", &writer, ZNN_ERROR_CORRUPT);
}

static void test_footers_that_disagree(void **state)
{
    (void)state;
    struct writer writer;
    writer_open(&writer);
    writer_chunk(&writer, "hello", 5);
    writer_index(&writer);
    writer.index_offset++;
    writer_footer(&writer);
    expect_bad("another place of the index", &writer, ZNN_ERROR_CORRUPT);

    for (size_t at = 8; at < 24; at++) {
        writer_open(&writer);
        writer_chunk(&writer, "hello", 5);
        writer_close(&writer);
        uint8_t *footer = writer.file.data + writer.file.size - 40;
        footer[at] ^= 1;
        store_le64(footer + 24, XXH3_64bits(footer, 24));
        expect_bad("another root", &writer, ZNN_ERROR_CORRUPT);
    }

    writer_open(&writer);
    writer_chunk(&writer, "hello", 5);
    writer_close(&writer);
    append(&writer.file, "\0", 1);
    expect_bad("a byte behind", &writer, ZNN_ERROR_CORRUPT);

    writer_open(&writer);
    writer_chunk(&writer, "hello", 5);
    writer_close(&writer);
    append(&writer.file, writer.file.data, 32);
    expect_bad("another header behind", &writer, ZNN_ERROR_CORRUPT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_files_by_hand),
        cmocka_unit_test(test_largest_chunks),
        cmocka_unit_test(test_interleaved_parts),
        cmocka_unit_test(test_chunks_that_are_refused),
        cmocka_unit_test(test_first_damage_is_reported),
        cmocka_unit_test(test_chunk_tables_that_disagree),
        cmocka_unit_test(test_malformed_tensor_tables),
        cmocka_unit_test(test_frames_of_tables),
        cmocka_unit_test(test_frames_of_empty_tables),
        cmocka_unit_test(test_unknown_format_and_verdict),
        cmocka_unit_test(test_index_out_of_place),
        cmocka_unit_test(test_index_with_another_digest),
        cmocka_unit_test(test_footers_that_disagree),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

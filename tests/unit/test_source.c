/*
 * test_source.c - looks ahead in each kind of input
 *
 * Most tests run over memory, random access and a stream, the latter two in steps of a few bytes.  A scanner and the
 * engine must see the same bytes in all three.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "callbacks.h"
#include "common/source.h"
#include "support.h"

#define SIZE 1000

static uint8_t content[SIZE];

static void fill_content(void)
{
    for (size_t i = 0; i < SIZE; i++)
        content[i] = (uint8_t)(i * 7 + i / 256);
}

static void expect_view(struct source *source, uint64_t offset, size_t size, size_t expected)
{
    const uint8_t *data;
    size_t available;
    struct znn_error error = ZNN_INIT(struct znn_error);
    assert_int_equal(znn_source_view(source, offset, size, &data, &available, &error), ZNN_OK);
    assert_int_equal(available, expected);
    if (expected > 0)
        assert_memory_equal(data, content + offset, expected);
}

static void expect_read(struct source *source, uint64_t offset, size_t size, size_t expected)
{
    uint8_t data[2 * SIZE];
    size_t got;
    struct znn_error error = ZNN_INIT(struct znn_error);
    memset(data, 0xee, sizeof data);
    assert_int_equal(znn_source_read(source, offset, data, size, &got, &error), ZNN_OK);
    assert_int_equal(got, expected);
    if (expected > 0)
        assert_memory_equal(data, content + offset, expected);
    for (size_t i = got; i < sizeof data; i++)
        assert_int_equal(data[i], 0xee);
}

struct opened {
    struct feed feed;
    struct znn_input input;
    struct source source;
};

static void open_source(struct opened *opened, enum way way, size_t step)
{
    opened->feed = (struct feed){.data = content, .size = SIZE, .step = step};
    opened->input = feed_input(&opened->feed, way);
    znn_source_open(&opened->source, &opened->input);
}

static void test_views_anywhere(void **state)
{
    (void)state;
    for (enum way way = WAY_MEMORY; way < WAY_COUNT; way++) {
        struct opened opened;
        open_source(&opened, way, 7);
        assert_int_equal(znn_source_is_seekable(&opened.source), way != WAY_STREAM);
        expect_view(&opened.source, 0, 8, 8);
        expect_view(&opened.source, 500, 100, 100);
        expect_view(&opened.source, 0, 600, 600);
        expect_view(&opened.source, 3, 0, 0);
        expect_view(&opened.source, 990, 100, 10);
        expect_view(&opened.source, SIZE, 1, 0);
        expect_view(&opened.source, SIZE + 1, 10, 0);
        expect_view(&opened.source, 0, 2 * SIZE, SIZE);
        expect_view(&opened.source, UINT64_MAX - 4, 4, 0);
        expect_view(&opened.source, 0, SIZE, SIZE);
        znn_source_close(&opened.source);
    }
}

static void test_what_was_viewed_is_read_again(void **state)
{
    (void)state;
    for (enum way way = WAY_MEMORY; way < WAY_COUNT; way++)
        for (size_t viewed = 0; viewed < 80; viewed += 11) {
            struct opened opened;
            open_source(&opened, way, 9);
            expect_view(&opened.source, viewed / 2, viewed - viewed / 2, viewed - viewed / 2);
            znn_source_end_views(&opened.source);
            for (uint64_t at = 0; at < SIZE; at += 40)
                expect_read(&opened.source, at, 40, 40);
            expect_read(&opened.source, SIZE, 40, 0);
            znn_source_close(&opened.source);
        }
}

static void test_random_looks_then_random_reads(void **state)
{
    (void)state;
    struct random random = random_start(__func__);
    for (int round = 0; round < 3000; round++) {
        struct opened opened;
        open_source(&opened, (enum way)(round % WAY_COUNT), random_below(&random, 3) ? random_below(&random, 50) : 0);
        for (size_t looks = random_below(&random, 5); looks > 0; looks--) {
            size_t offset = random_below(&random, SIZE + 100);
            size_t size = random_below(&random, 300);
            size_t left = offset < SIZE ? SIZE - offset : 0;
            expect_view(&opened.source, offset, size, size < left ? size : left);
        }
        if (random_below(&random, 2))
            znn_source_end_views(&opened.source);
        for (size_t at = 0; at <= SIZE;) {
            size_t size = random_below(&random, 400);
            size_t got = size < SIZE - at ? size : SIZE - at;
            expect_read(&opened.source, at, size, got);
            at += got;
            if (got < size)
                break;
        }
        znn_source_close(&opened.source);
    }
}

/* The engine reads a stream's records bit by bit, and a scanner may look on from where reading has got to. */
static void test_view_behind_what_was_read(void **state)
{
    (void)state;
    for (enum way way = WAY_MEMORY; way < WAY_COUNT; way++) {
        struct opened opened;
        open_source(&opened, way, 0);
        expect_view(&opened.source, 0, 50, 50);
        expect_read(&opened.source, 0, 30, 30);
        expect_view(&opened.source, 30, 40, 40);
        expect_read(&opened.source, 30, 60, 60);
        expect_view(&opened.source, 95, 10, 10);
        expect_read(&opened.source, 90, 1000, 910);
        znn_source_close(&opened.source);
    }
}

/* Of a terminal, a read behind the end would wait for more. */
static void test_stream_is_not_asked_again_after_its_end(void **state)
{
    (void)state;
    struct opened opened;
    open_source(&opened, WAY_STREAM, 0);
    expect_view(&opened.source, 0, 2 * SIZE, SIZE);
    assert_int_equal(opened.source.size, SIZE);
    expect_view(&opened.source, 900, 2 * SIZE, 100);
    expect_read(&opened.source, 0, 2 * SIZE, SIZE);
    expect_read(&opened.source, SIZE, 100, 0);
    expect_read(&opened.source, SIZE, 100, 0);
    expect_view(&opened.source, SIZE, 100, 0);
    assert_int_equal(opened.feed.ends, 1);
    znn_source_close(&opened.source);
}

static void test_empty_inputs(void **state)
{
    (void)state;
    for (enum way way = WAY_MEMORY; way < WAY_COUNT; way++) {
        struct feed feed = {0};
        struct znn_input input = feed_input(&feed, way);
        struct source source;
        znn_source_open(&source, &input);
        expect_view(&source, 0, 10, 0);
        expect_read(&source, 0, 10, 0);
        expect_read(&source, 0, 0, 0);
        znn_source_close(&source);
    }
}

/* A file of /proc is one, and so is a file that grew after it was asked for its size. */
static void test_random_access_that_reports_no_bytes_but_has_some(void **state)
{
    (void)state;
    struct feed feed = {.data = content, .size = SIZE};
    struct znn_input input = feed_input(&feed, WAY_RANDOM_ACCESS);
    input.size = 0;
    struct source source;
    znn_source_open(&source, &input);
    assert_true(znn_source_is_seekable(&source));
    expect_view(&source, 0, 10, 0);
    expect_read(&source, 0, 300, 300);
    expect_read(&source, 300, 2 * SIZE, SIZE - 300);
    znn_source_close(&source);
}

static void test_random_access_that_reports_another_size(void **state)
{
    (void)state;
    static const uint64_t reported[] = {1, SIZE - 1, SIZE + 1, UINT64_MAX - 1};
    for (size_t i = 0; i < sizeof reported / sizeof *reported; i++) {
        struct feed feed = {.data = content, .size = SIZE, .reported = reported[i]};
        struct znn_input input = feed_input(&feed, WAY_RANDOM_ACCESS);
        struct source source;
        znn_source_open(&source, &input);
        size_t seen = reported[i] < SIZE ? (size_t)reported[i] : SIZE;
        expect_view(&source, 0, 2 * SIZE, seen);
        expect_view(&source, seen, 10, 0);
        expect_read(&source, 0, 2 * SIZE, SIZE);
        znn_source_close(&source);
    }
}

/* Nothing is lost where a caller has left the size of a stream at zero. */
static void test_stream_of_a_stated_size(void **state)
{
    (void)state;
    static const uint64_t stated[] = {0, 10, 2 * SIZE};
    for (size_t i = 0; i < sizeof stated / sizeof *stated; i++) {
        struct feed feed = {.data = content, .size = SIZE};
        struct znn_input input = feed_input(&feed, WAY_STREAM);
        input.size = stated[i];
        struct source source;
        znn_source_open(&source, &input);
        assert_false(znn_source_is_seekable(&source));
        expect_view(&source, 0, 100, 100);
        expect_read(&source, 0, 2 * SIZE, SIZE);
        znn_source_close(&source);
    }
}

static void test_direct_only_from_memory(void **state)
{
    (void)state;
    for (enum way way = WAY_MEMORY; way < WAY_COUNT; way++) {
        struct opened opened;
        open_source(&opened, way, 0);
        size_t available = 0;
        const uint8_t *data = znn_source_direct(&opened.source, 10, 20, &available);
        if (way != WAY_MEMORY) {
            assert_null(data);
        } else {
            assert_ptr_equal(data, content + 10);
            assert_int_equal(available, 20);
            assert_non_null(znn_source_direct(&opened.source, SIZE - 1, 20, &available));
            assert_int_equal(available, 1);
            assert_non_null(znn_source_direct(&opened.source, UINT64_MAX, 20, &available));
            assert_int_equal(available, 0);
        }
        znn_source_close(&opened.source);
    }
}

static void test_read_exactly(void **state)
{
    (void)state;
    for (enum way way = WAY_MEMORY; way < WAY_COUNT; way++) {
        struct opened opened;
        struct znn_error error = ZNN_INIT(struct znn_error);
        uint8_t data[SIZE];
        open_source(&opened, way, 13);
        assert_int_equal(znn_source_read_exactly(&opened.source, 0, data, 900, &error), ZNN_OK);
        assert_memory_equal(data, content, 900);
        assert_int_equal(znn_source_read_exactly(&opened.source, 900, data, 0, &error), ZNN_OK);
        assert_int_equal(znn_source_read_exactly(&opened.source, 900, data, 101, &error), ZNN_ERROR_CORRUPT);
        assert_int_equal(error.status, ZNN_ERROR_CORRUPT);
        assert_int_equal(error.offset, SIZE);
        assert_int_equal(error.system_error, 0);
        assert_true(strlen(error.detail) > 0);
        znn_source_close(&opened.source);
    }
}

/* Both calls fail at the first callback, and at the third, when part of the bytes have come. */
static void test_read_errors(void **state)
{
    (void)state;
    for (enum way way = WAY_RANDOM_ACCESS; way < WAY_COUNT; way++)
        for (unsigned at = 1; at <= 3; at += 2)
            for (int view = 0; view < 2; view++) {
                struct faults faults = {.fail_at = at, .reason = view ? EIO : ESTALE};
                struct opened opened;
                open_source(&opened, way, 10);
                opened.feed.faults = &faults;
                struct znn_error error = ZNN_INIT(struct znn_error);
                const uint8_t *shown;
                uint8_t data[100];
                size_t got;
                enum znn_status status = view ? znn_source_view(&opened.source, 0, 100, &shown, &got, &error)
                                              : znn_source_read(&opened.source, 0, data, 100, &got, &error);
                assert_int_equal(status, ZNN_ERROR_IO);
                assert_int_equal(error.status, ZNN_ERROR_IO);
                assert_int_equal(error.system_error, faults.reason);
                assert_int_equal(error.offset, 10 * (at - 1));
                assert_true(strlen(error.detail) > 0);
                znn_source_close(&opened.source);
            }
}

static void test_error_may_be_null(void **state)
{
    (void)state;
    struct faults faults = {.fail_at = 1, .reason = EIO};
    struct opened opened;
    size_t got;
    uint8_t data[10];
    open_source(&opened, WAY_RANDOM_ACCESS, 0);
    opened.feed.faults = &faults;
    assert_int_equal(znn_source_read(&opened.source, 0, data, sizeof data, &got, NULL), ZNN_ERROR_IO);
    znn_source_close(&opened.source);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_views_anywhere),
        cmocka_unit_test(test_what_was_viewed_is_read_again),
        cmocka_unit_test(test_random_looks_then_random_reads),
        cmocka_unit_test(test_view_behind_what_was_read),
        cmocka_unit_test(test_stream_is_not_asked_again_after_its_end),
        cmocka_unit_test(test_empty_inputs),
        cmocka_unit_test(test_random_access_that_reports_no_bytes_but_has_some),
        cmocka_unit_test(test_random_access_that_reports_another_size),
        cmocka_unit_test(test_stream_of_a_stated_size),
        cmocka_unit_test(test_direct_only_from_memory),
        cmocka_unit_test(test_read_exactly),
        cmocka_unit_test(test_read_errors),
        cmocka_unit_test(test_error_may_be_null),
    };
    fill_content();
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * test_frame_stream.c - frames written and read in pieces
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "codec/frame_stream.h"
#include "frames.h"
#include "support.h"

static enum znn_status collect(void *context, const uint8_t *data, size_t size)
{
    assert_true(znn_buffer_append(context, data, size));
    return ZNN_OK;
}

/* Reads a frame: its first `first` bytes, then pieces of `step`.  *ended as the reader has it. */
static enum znn_status read_frame(const struct buffer *frame, size_t first, size_t step, struct buffer *out,
                                  bool *ended)
{
    struct frame_reader reader;
    struct znn_error error = ZNN_INIT(struct znn_error);
    assert_true(znn_frame_reader_open(&reader));
    enum znn_status status = ZNN_OK;
    for (size_t at = 0, size; at < frame->size && !status; at += size) {
        size = at ? step : first;
        size = size < frame->size - at ? size : frame->size - at;
        status = znn_frame_reader_feed(&reader, frame->data + at, size, collect, out, &error);
    }
    assert_true(status || reader.size == out->size);
    *ended = reader.ended;
    znn_frame_reader_close(&reader);
    return status;
}

static void check_round_trip(const uint8_t *data, size_t size, int level, size_t step)
{
    struct buffer frame = {0};
    struct buffer out = {0};
    struct frame_writer writer;
    bool ended;
    assert_true(znn_buffer_append(&frame, "before", 6));
    assert_true(znn_frame_writer_open(&writer, level, size, &frame));
    for (size_t at = 0; at < size; at += step)
        assert_true(znn_frame_writer_write(&writer, data + at, step < size - at ? step : size - at));
    assert_true(znn_frame_writer_finish(&writer));
    znn_frame_writer_close(&writer);
    assert_memory_equal(frame.data, "before", 6);
    struct buffer behind = {.data = frame.data + 6, .size = frame.size - 6};
    assert_int_equal(ZSTD_getFrameContentSize(behind.data, behind.size), size);
    assert_int_equal(read_frame(&behind, 18 + step, step, &out, &ended), ZNN_OK);
    assert_true(ended);
    assert_int_equal(out.size, size);
    if (size > 0)
        assert_memory_equal(out.data, data, size);
    znn_buffer_free(&frame);
    znn_buffer_free(&out);
}

static void test_round_trip_in_pieces(void **state)
{
    (void)state;
    struct random random = random_start(__func__);
    static const size_t sizes[] = {0, 1, 100, 65535, 65536, 65537, 131072, 400000};
    uint8_t *data = malloc(400000);
    assert_non_null(data);
    for (size_t i = 0; i < 400000; i++)
        data[i] = (uint8_t)(random_u64(&random) % 9 * (i % 7));
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        check_round_trip(data, sizes[i], 3, 1 + random_below(&random, 50));
        check_round_trip(data, sizes[i], 19, 1 + random_below(&random, 100000));
    }
    free(data);
}

/* Sixteen MiB of zeros are a few hundred bytes: all of them must come out though no more input does. */
static void test_much_from_little(void **state)
{
    (void)state;
    size_t size = 16 << 20;
    uint8_t *data = calloc(size, 1);
    assert_non_null(data);
    check_round_trip(data, size, 3, 1 << 20);
    free(data);
}

static void test_frames_that_are_refused(void **state)
{
    (void)state;
    for (enum frame_quirk quirk = FRAME_GOOD; quirk < FRAME_NOTHING; quirk++)
        for (size_t step = 1; step < 200; step += 13) {
            struct buffer frame = make_frame(quirk);
            struct buffer out = {0};
            bool ended;
            enum znn_status status = read_frame(&frame, 18 + step, step, &out, &ended);
            bool good = quirk <= FRAME_WITH_CHECKSUM;
            if ((status == ZNN_OK && ended) != good)
                fail_msg("frame of quirk %d", (int)quirk);
            assert_true(status == ZNN_OK || status == ZNN_ERROR_CORRUPT);
            if (good)
                assert_memory_equal(out.data, FRAME_CONTENT, FRAME_CONTENT_SIZE);
            znn_buffer_free(&frame);
            znn_buffer_free(&out);
        }
}

static enum znn_status stop(void *context, const uint8_t *data, size_t size)
{
    (void)data;
    assert_true(size <= 65536);
    return ++*(unsigned *)context == 2 ? ZNN_ERROR_MEMORY : ZNN_OK;
}

static void test_error_of_the_sink_is_passed_on(void **state)
{
    (void)state;
    struct buffer frame = {0};
    struct frame_writer writer;
    struct frame_reader reader;
    static const uint8_t zeros[200000];
    assert_true(znn_frame_writer_open(&writer, 3, sizeof zeros, &frame));
    assert_true(znn_frame_writer_write(&writer, zeros, sizeof zeros) && znn_frame_writer_finish(&writer));
    znn_frame_writer_close(&writer);
    unsigned calls = 0;
    assert_true(znn_frame_reader_open(&reader));
    assert_int_equal(znn_frame_reader_feed(&reader, frame.data, frame.size, stop, &calls, NULL), ZNN_ERROR_MEMORY);
    assert_int_equal(calls, 2);
    znn_frame_reader_close(&reader);
    znn_buffer_free(&frame);
}

/* A window of 2 GiB is a claim that costs nothing to make. */
static void test_window_beyond_the_limit(void **state)
{
    (void)state;
    static const uint8_t bytes[] = {0x28, 0xB5, 0x2F, 0xFD, 0xC0, 0xA8, 0, 0, 0, 0x80, 0, 0, 0, 0, 1, 0, 0};
    struct buffer frame = {0};
    struct buffer out = {0};
    bool ended;
    assert_true(znn_buffer_append(&frame, bytes, sizeof bytes));
    assert_int_equal(read_frame(&frame, sizeof bytes, 1, &out, &ended), ZNN_ERROR_CORRUPT);
    assert_int_equal(out.size, 0);
    znn_buffer_free(&frame);
    znn_buffer_free(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_round_trip_in_pieces),    cmocka_unit_test(test_much_from_little),
        cmocka_unit_test(test_frames_that_are_refused), cmocka_unit_test(test_error_of_the_sink_is_passed_on),
        cmocka_unit_test(test_window_beyond_the_limit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

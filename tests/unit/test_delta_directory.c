/*
 * test_delta_directory.c - the limits of a directory that describes differences
 *
 * The vectors have the small cases.  These directories are as large as the format allows, or by one too large.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "common/bytes.h"
#include "container/chunk.h"
#include "container/format.h"

/* Writes a part of `count` bytes, each with a range of its own: every second byte of the base's first tensor. */
static void write_scattered(struct buffer *bytes, uint32_t count)
{
    static const char one_part[] = {1, TRANSFORM_DELTA, 1, DELTA_DIFFERENCE, 0};
    bool good = znn_buffer_append(bytes, one_part, sizeof one_part) && znn_buffer_append_leb128(bytes, count);
    good = good && znn_buffer_append_leb128(bytes, count);
    for (uint32_t i = 0; i < count; i++) /* the same tensor, the offset, one byte */
        good = good && znn_buffer_append_u8(bytes, 0) && znn_buffer_append_leb128(bytes, 2 * i) &&
               znn_buffer_append_u8(bytes, 1);
    good = good && znn_buffer_append(bytes, "\1\xff\0\0", 4) && znn_buffer_append_leb128(bytes, count);
    good = good && znn_buffer_append(bytes, "\0\0\0\0\0", 5); /* zeros; no low bits, escapes or segments */
    assert_true(good);
}

static void test_most_ranges(void **state)
{
    (void)state;
    for (uint32_t count = DELTA_RANGES_MAX - 1; count <= DELTA_RANGES_MAX + 1; count++) {
        struct directory directory = {0};
        struct buffer bytes = {0};
        write_scattered(&bytes, count);
        struct record record = {.kind = RECORD_CHUNK, .decoded_size = count, .directory_size = (uint32_t)bytes.size};
        enum znn_status status = znn_directory_parse(&directory, &record, bytes.data, 0, NULL);
        assert_int_equal(status, count <= DELTA_RANGES_MAX ? ZNN_OK : ZNN_ERROR_CORRUPT);
        if (status == ZNN_OK)
            assert_int_equal(directory.parts[0].delta->range_count, count);
        znn_directory_free(&directory);
        znn_buffer_free(&bytes);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_most_ranges),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

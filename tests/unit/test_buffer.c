/*
 * test_buffer.c - byte buffers and arrays that grow
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "common/array.h"
#include "common/buffer.h"
#include "common/bytes.h"
#include "support.h"

static void test_zeroed_is_empty(void **state)
{
    (void)state;
    struct buffer buffer = {0};
    assert_true(znn_buffer_reserve(&buffer, 0));
    assert_true(znn_buffer_append(&buffer, NULL, 0));
    assert_null(buffer.data);
    znn_buffer_free(&buffer);
    znn_buffer_free(&buffer);
}

static void test_append_keeps_what_was_there(void **state)
{
    (void)state;
    struct random random = random_start(__func__);
    struct buffer buffer = {0};
    struct random again = random;
    while (buffer.size < 100000) {
        uint8_t bytes[100];
        size_t size = random_below(&random, sizeof bytes + 1);
        for (size_t i = 0; i < size; i++)
            bytes[i] = (uint8_t)random_u64(&random);
        assert_true(znn_buffer_append(&buffer, bytes, size));
        assert_true(buffer.size <= buffer.capacity);
    }
    for (size_t at = 0; at < buffer.size;)
        for (size_t size = random_below(&again, 101); size > 0; size--)
            assert_int_equal(buffer.data[at++], (uint8_t)random_u64(&again));
    znn_buffer_free(&buffer);
    assert_int_equal(buffer.capacity, 0);
}

static void test_append_numbers(void **state)
{
    (void)state;
    struct buffer buffer = {0};
    assert_true(znn_buffer_append_u8(&buffer, 0xfe));
    assert_true(znn_buffer_append_leb128(&buffer, 0));
    assert_true(znn_buffer_append_leb128(&buffer, 300));
    assert_true(znn_buffer_append_leb128(&buffer, UINT64_MAX));
    assert_int_equal(buffer.size, 1 + 1 + 2 + 10);
    assert_memory_equal(buffer.data, "\xfe\x00\xac\x02\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 14);
    znn_buffer_free(&buffer);
}

/* A byte at a time must not mean a move a time; and what is set aside stays in proportion. */
static void test_growth_is_geometric(void **state)
{
    (void)state;
    struct buffer buffer = {0};
    unsigned moves = 0;
    for (size_t i = 0; i < 1000000; i++) {
        size_t before = buffer.capacity;
        assert_true(znn_buffer_append_u8(&buffer, (uint8_t)i));
        moves += buffer.capacity != before;
        assert_true(buffer.capacity <= buffer.size + buffer.size / 2 + 1);
    }
    assert_true(moves < 40);
    for (size_t i = 0; i < buffer.size; i++)
        assert_int_equal(buffer.data[i], (uint8_t)i);
    znn_buffer_free(&buffer);
}

static void test_reserve_changes_no_size(void **state)
{
    (void)state;
    struct buffer buffer = {0};
    assert_true(znn_buffer_append(&buffer, "abc", 3));
    assert_true(znn_buffer_reserve(&buffer, 1000));
    assert_int_equal(buffer.size, 3);
    assert_true(buffer.capacity >= 1003);
    const uint8_t *data = buffer.data;
    assert_true(znn_buffer_reserve(&buffer, 1000));
    assert_ptr_equal(buffer.data, data);
    assert_memory_equal(buffer.data, "abc", 3);
    znn_buffer_free(&buffer);
}

/* No size wraps around: each of these is refused, and leaves the buffer as it was. */
static void test_impossible_sizes(void **state)
{
    (void)state;
    struct buffer buffer = {0};
    for (int filled = 0; filled < 2; filled++) {
        const struct buffer before = buffer;
        const size_t sizes[] = {SIZE_MAX, SIZE_MAX - 1, SIZE_MAX - 2, SIZE_MAX - 3, SIZE_MAX / 2 + 1};
        for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
            assert_false(znn_buffer_reserve(&buffer, sizes[i]));
            assert_memory_equal(&buffer, &before, sizeof buffer);
        }
        assert_true(znn_buffer_append(&buffer, "abc", 3));
    }
    znn_buffer_free(&buffer);
}

static void test_array_grows_and_keeps_its_elements(void **state)
{
    (void)state;
    uint64_t *array = NULL;
    size_t capacity = 0;
    for (size_t count = 0; count < 10000; count++) {
        uint64_t *grown = znn_array_grow(array, count, &capacity, sizeof *array);
        assert_non_null(grown);
        array = grown;
        assert_true(capacity > count);
        array[count] = count * 3;
    }
    for (size_t i = 0; i < 10000; i++)
        assert_int_equal(array[i], i * 3);
    free(array);
}

static void test_array_of_impossible_size(void **state)
{
    (void)state;
    size_t capacity = SIZE_MAX / 64;
    assert_null(znn_array_grow(NULL, capacity, &capacity, 64));
    assert_int_equal(capacity, SIZE_MAX / 64);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_zeroed_is_empty),
        cmocka_unit_test(test_append_keeps_what_was_there),
        cmocka_unit_test(test_append_numbers),
        cmocka_unit_test(test_growth_is_geometric),
        cmocka_unit_test(test_reserve_changes_no_size),
        cmocka_unit_test(test_impossible_sizes),
        cmocka_unit_test(test_array_grows_and_keeps_its_elements),
        cmocka_unit_test(test_array_of_impossible_size),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

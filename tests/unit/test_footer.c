/*
 * test_footer.c - how a .znn file ends
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>
#include <xxhash.h>

#include "common/bytes.h"
#include "container/footer.h"
#include "support.h"

static const struct footer example = {
    .index_offset = UINT64_C(0x8020304050607080),
    .root = {UINT64_C(0x0102030405060708), UINT64_C(0xf1f2f3f4f5f6f7f8)},
};

static void test_write_and_read(void **state)
{
    (void)state;
    struct random random = random_start(__func__);
    for (int round = 0; round < 1000; round++) {
        struct footer footer = example;
        struct footer back;
        uint8_t bytes[FOOTER_SIZE];
        if (round > 0)
            footer = (struct footer){random_u64(&random), {random_u64(&random), random_u64(&random)}};
        znn_footer_write(&footer, bytes);
        assert_int_equal(znn_footer_parse(bytes, 99, &back, NULL), ZNN_OK);
        assert_memory_equal(&back, &footer, sizeof footer);
    }
}

static void test_written_bytes_are_those_of_the_manual(void **state)
{
    (void)state;
    static const uint8_t expected[] = {
        0x80, 0x70, 0x60, 0x50, 0x40, 0x30, 0x20, 0x80, 0x08, 0x07, 0x06, 0x05,
        0x04, 0x03, 0x02, 0x01, 0xf8, 0xf7, 0xf6, 0xf5, 0xf4, 0xf3, 0xf2, 0xf1,
    };
    uint8_t bytes[FOOTER_SIZE];
    znn_footer_write(&example, bytes);
    assert_memory_equal(bytes, expected, sizeof expected);
    assert_true(load_le64(bytes + 24) == XXH3_64bits(bytes, 24));
    assert_memory_equal(bytes + 32, "\x8aZNNEND\n", 8);
}

static void test_every_bit_is_checked(void **state)
{
    (void)state;
    uint8_t bytes[FOOTER_SIZE];
    znn_footer_write(&example, bytes);
    for (size_t bit = 0; bit < 8 * FOOTER_SIZE; bit++) {
        struct footer back;
        struct znn_error error = ZNN_INIT(struct znn_error);
        bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
        assert_int_equal(znn_footer_parse(bytes, 99, &back, &error), ZNN_ERROR_CORRUPT);
        assert_int_equal(error.offset, 99);
        assert_true(strlen(error.detail) > 0);
        bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_write_and_read),
        cmocka_unit_test(test_written_bytes_are_those_of_the_manual),
        cmocka_unit_test(test_every_bit_is_checked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

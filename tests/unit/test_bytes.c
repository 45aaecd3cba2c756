/*
 * test_bytes.c - numbers in files
 *
 * The oracle for LEB128 works in the opposite direction of the reader: an encoding is right if it is the one that the
 * definition gives for its value, digit by digit.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "common/bytes.h"
#include "common/endian.h"
#include "support.h"

static void test_loads_are_little_endian_at_any_address(void **state)
{
    (void)state;
    static const uint8_t bytes[] = {0xff, 0x01, 0x82, 0x03, 0x84, 0x05, 0x86, 0x07, 0x88, 0xff};
    assert_int_equal(load_le16(bytes + 1), 0x8201);
    assert_int_equal(load_le32(bytes + 1), 0x84038201);
    assert_true(load_le64(bytes + 1) == UINT64_C(0x8807860584038201));
    assert_int_equal(load_word16(bytes + 1), 0x8201);
    assert_int_equal(load_word32(bytes + 1), 0x84038201);
    assert_true(load_word64(bytes + 1) == UINT64_C(0x8807860584038201));
}

static void test_stores_write_their_bytes_and_no_others(void **state)
{
    (void)state;
    static const uint8_t bytes[] = {0xee, 0x01, 0x82, 0x03, 0x84, 0x05, 0x86, 0x07, 0x88, 0xee};
    static const unsigned widths[] = {2, 4, 8};
    const uint64_t value = UINT64_C(0x8807860584038201);
    for (size_t i = 0; i < 6; i++) {
        unsigned width = widths[i % 3];
        uint8_t target[10];
        uint8_t expected[10];
        memset(target, 0xee, sizeof target);
        memset(expected, 0xee, sizeof expected);
        memcpy(expected + 1, bytes + 1, width);
        if (width == 2)
            i < 3 ? store_le16(target + 1, (uint16_t)value) : store_word16(target + 1, (uint16_t)value);
        else if (width == 4)
            i < 3 ? store_le32(target + 1, (uint32_t)value) : store_word32(target + 1, (uint32_t)value);
        else
            i < 3 ? store_le64(target + 1, value) : store_word64(target + 1, value);
        assert_memory_equal(target, expected, sizeof target);
    }
}

static void test_swaps(void **state)
{
    (void)state;
    assert_int_equal(swap16(0x0102), 0x0201);
    assert_int_equal(swap32(0x01020384), 0x84030201);
    assert_true(swap64(UINT64_C(0x0102030405060788)) == UINT64_C(0x8807060504030201));
}

/* Reads from an exact copy, so that a sanitizer sees any read beyond the end; `used` says how far the reader got. */
static bool read_one(const uint8_t *bytes, size_t size, uint64_t *value, size_t *used)
{
    uint8_t *copy = malloc(size ? size : 1);
    assert_non_null(copy);
    memcpy(copy, bytes, size);
    struct byte_reader reader = byte_reader(copy, size);
    *value = read_leb128(&reader);
    *used = (size_t)(reader.next - copy);
    bool good = !reader.bad;
    assert_true(good || *value == 0);
    free(copy);
    return good;
}

static void expect_leb128(uint64_t value, const char *spelling, size_t size)
{
    uint8_t bytes[LEB128_MAX];
    assert_int_equal(store_leb128(bytes, value), size);
    assert_memory_equal(bytes, spelling, size);
    uint64_t back;
    size_t used;
    assert_true(read_one(bytes, size, &back, &used));
    assert_true(back == value);
    assert_int_equal(used, size);
    for (size_t less = 0; less < size; less++)
        assert_false(read_one(bytes, less, &back, &used));
}

static void test_leb128_spellings(void **state)
{
    (void)state;
    expect_leb128(0, "\x00", 1);
    expect_leb128(1, "\x01", 1);
    expect_leb128(127, "\x7f", 1);
    expect_leb128(128, "\x80\x01", 2);
    expect_leb128(300, "\xac\x02", 2);
    expect_leb128(16383, "\xff\x7f", 2);
    expect_leb128(16384, "\x80\x80\x01", 3);
    expect_leb128(UINT32_MAX, "\xff\xff\xff\xff\x0f", 5);
    expect_leb128(INT64_MAX, "\xff\xff\xff\xff\xff\xff\xff\xff\x7f", 9);
    expect_leb128(UINT64_C(1) << 63, "\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01", 10);
    expect_leb128(UINT64_MAX, "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 10);
}

static void test_leb128_refused(void **state)
{
    (void)state;
    static const struct {
        const char *what;
        size_t size;
        const char *bytes;
    } rows[] = {
        {"nothing", 0, ""},
        {"overlong 0", 2, "\x80\x00"},
        {"overlong 0, longest", 10, "\x80\x80\x80\x80\x80\x80\x80\x80\x80\x00"},
        {"overlong 127", 2, "\xff\x00"},
        {"overlong 300", 3, "\xac\x82\x00"},
        {"2^63 - 1, overlong", 10, "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x00"},
        {"2^64", 10, "\x80\x80\x80\x80\x80\x80\x80\x80\x80\x02"},
        {"2^64 + something", 10, "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x03"},
        {"2^69", 10, "\x80\x80\x80\x80\x80\x80\x80\x80\x80\x40"},
        {"2^70", 11, "\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01"},
        {"eleven bytes that are 1", 11, "\x81\x80\x80\x80\x80\x80\x80\x80\x80\x80\x00"},
        {"without end", 16, "\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        uint64_t value;
        size_t used;
        if (read_one((const uint8_t *)rows[i].bytes, rows[i].size, &value, &used))
            fail_msg("accepted: %s", rows[i].what);
        assert_true(used <= LEB128_MAX);
    }
}

/* All of two bytes, and three with a third that is 0, 1, 0x7f, 0x80 or 0xff. */
static void test_leb128_short_ones_exhaustively(void **state)
{
    (void)state;
    static const uint8_t thirds[] = {0, 1, 0x7f, 0x80, 0xff};
    for (unsigned pair = 0; pair < 65536; pair++)
        for (size_t i = 0; i < sizeof thirds; i++) {
            uint8_t bytes[3] = {(uint8_t)pair, (uint8_t)(pair >> 8), thirds[i]};
            size_t size = 1;
            while (size < 4 && bytes[size - 1] & 0x80)
                size++;
            uint64_t expected = 0;
            for (size_t k = 0; k < size && k < 3; k++)
                expected += (uint64_t)(bytes[k] & 0x7f) << 7 * k;
            bool good = size < 4 && (size == 1 || bytes[size - 1] != 0);
            uint64_t value;
            size_t used;
            assert_int_equal(read_one(bytes, sizeof bytes, &value, &used), good);
            if (good) {
                assert_true(value == expected);
                assert_int_equal(used, size);
            }
        }
}

static void test_leb128_random_round_trip(void **state)
{
    (void)state;
    struct random random = random_start(__func__);
    for (int round = 0; round < 100000; round++) {
        uint64_t value = random_u64(&random) >> random_below(&random, 64);
        uint8_t bytes[LEB128_MAX];
        size_t size = store_leb128(bytes, value);
        assert_true(size <= LEB128_MAX);
        struct byte_reader reader = byte_reader(bytes, size);
        assert_true(read_leb128(&reader) == value);
        assert_false(reader.bad);
        assert_int_equal(bytes_left(&reader), 0);
    }
}

/* Whatever is accepted is the only spelling of its value. */
static void test_leb128_random_bytes(void **state)
{
    (void)state;
    struct random random = random_start(__func__);
    unsigned accepted = 0;
    for (int round = 0; round < 100000; round++) {
        uint8_t bytes[12];
        for (size_t i = 0; i < sizeof bytes; i++)
            bytes[i] = (uint8_t)(random_u64(&random) | (random_below(&random, 6) ? 0x80 : 0));
        if (random_below(&random, 4) == 0)
            bytes[9] &= 3;
        uint64_t value;
        size_t used;
        if (!read_one(bytes, sizeof bytes, &value, &used))
            continue;
        uint8_t again[LEB128_MAX];
        assert_int_equal(store_leb128(again, value), used);
        assert_memory_equal(again, bytes, used);
        accepted++;
    }
    assert_true(accepted > 1000);
}

static void test_reader_stops_at_the_end(void **state)
{
    (void)state;
    static const uint8_t bytes[] = {1, 2, 3, 4};
    struct byte_reader reader = byte_reader(bytes, sizeof bytes);
    assert_int_equal(read_u8(&reader), 1);
    assert_ptr_equal(read_bytes(&reader, 0), bytes + 1);
    assert_ptr_equal(read_bytes(&reader, 2), bytes + 1);
    assert_int_equal(bytes_left(&reader), 1);
    assert_int_equal(read_u8(&reader), 4);
    assert_non_null(read_bytes(&reader, 0));
    assert_false(reader.bad);
    assert_int_equal(read_u8(&reader), 0);
    assert_true(reader.bad);
    assert_null(read_bytes(&reader, 0));
}

static void test_reader_stays_bad(void **state)
{
    (void)state;
    static const uint8_t bytes[] = {1, 2, 3, 4};
    static const uint64_t sizes[] = {5, SIZE_MAX, UINT64_MAX, UINT64_C(1) << 32};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct byte_reader reader = byte_reader(bytes, sizeof bytes);
        assert_null(read_bytes(&reader, sizes[i]));
        assert_true(reader.bad);
        assert_int_equal(read_u8(&reader), 0);
        assert_int_equal(read_leb128(&reader), 0);
        assert_null(read_bytes(&reader, 1));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_loads_are_little_endian_at_any_address),
        cmocka_unit_test(test_stores_write_their_bytes_and_no_others),
        cmocka_unit_test(test_swaps),
        cmocka_unit_test(test_leb128_spellings),
        cmocka_unit_test(test_leb128_refused),
        cmocka_unit_test(test_leb128_short_ones_exhaustively),
        cmocka_unit_test(test_leb128_random_round_trip),
        cmocka_unit_test(test_leb128_random_bytes),
        cmocka_unit_test(test_reader_stops_at_the_end),
        cmocka_unit_test(test_reader_stays_bad),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

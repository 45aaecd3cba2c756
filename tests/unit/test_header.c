/*
 * test_header.c - how a .znn file starts
 *
 * The test makes headers byte by byte, following znn(5), with a correct checksum unless the checksum is the subject.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "common/bytes.h"
#include "container/header.h"
#include "support.h"

static void seal(uint8_t *bytes, size_t length)
{
    store_le64(bytes + 8, XXH3_64bits(bytes + 16, length - 16));
}

/* A header of the present version with these properties. */
static size_t make_header(uint8_t *bytes, const char *properties, size_t size)
{
    memset(bytes, 0, HEADER_FIXED);
    memcpy(bytes, "\x89ZNN\r\n\x1a\n", 8);
    store_le16(bytes + 16, ZNN_FORMAT_VERSION);
    store_le16(bytes + 18, (uint16_t)(HEADER_FIXED + size));
    memcpy(bytes + HEADER_FIXED, properties, size);
    seal(bytes, HEADER_FIXED + size);
    return HEADER_FIXED + size;
}

/* Reads an exact copy, so that a sanitizer sees any read beyond the end. */
static enum znn_status read_header(const uint8_t *bytes, size_t size, struct znn_header *header)
{
    struct znn_error error = ZNN_INIT(struct znn_error);
    uint8_t *copy = malloc(size ? size : 1);
    assert_non_null(copy);
    memcpy(copy, bytes, size);
    enum znn_status status = znn_read_header(copy, size, header, &error);
    free(copy);
    assert_int_equal(error.status, status);
    assert_true(status == ZNN_OK || strlen(error.detail) > 0);
    assert_int_equal(error.system_error, 0);
    return status;
}

static void expect(const uint8_t *bytes, size_t size, enum znn_status expected)
{
    struct znn_header header = ZNN_INIT(struct znn_header);
    assert_int_equal(read_header(bytes, size, &header), expected);
}

static void expect_properties(const char *properties, size_t size, enum znn_status expected)
{
    uint8_t bytes[HEADER_MAX];
    expect(bytes, make_header(bytes, properties, size), expected);
}

static void test_write_and_read(void **state)
{
    (void)state;
    static const char *const extensions[] = {"", "a", "safetensors", "PTH", "7z", "0123456789abcdef"};
    for (size_t i = 0; i < sizeof extensions / sizeof *extensions; i++) {
        struct znn_header header = {.struct_size = sizeof(struct znn_header), .format_version = ZNN_FORMAT_VERSION};
        struct znn_header back = ZNN_INIT(struct znn_header);
        uint8_t bytes[HEADER_MAX];
        strcpy(header.extension, extensions[i]);
        size_t length = znn_header_write(&header, bytes);
        assert_int_equal(length, HEADER_FIXED + (i > 0 ? 2 + strlen(extensions[i]) : 0));
        assert_int_equal(read_header(bytes, length, &back), ZNN_OK);
        assert_int_equal(back.format_version, ZNN_FORMAT_VERSION);
        assert_string_equal(back.extension, extensions[i]);
        for (size_t less = 0; less < length; less++)
            expect(bytes, less, less == 0 ? ZNN_ERROR_NOT_ZNN : ZNN_ERROR_CORRUPT);
        expect(bytes, length + 100, ZNN_OK);
    }
}

static void test_lossy(void **state)
{
    (void)state;
    for (unsigned bits = 0; bits <= ZNN_BITS_MAX; bits++)
        for (unsigned flags = 0; flags < 4; flags++) {
            struct znn_header header = {.struct_size = sizeof(struct znn_header),
                                        .format_version = ZNN_FORMAT_VERSION,
                                        .extension = "pt"},
                              back = ZNN_INIT(struct znn_header);
            uint8_t bytes[HEADER_MAX], expected[HEADER_MAX];
            uint8_t properties[] = {1, 2, 'p', 't', 2, 3, 1, (uint8_t)bits, (uint8_t)flags};
            header.lossy = (struct znn_lossy){.mode = ZNN_FIXED_POINT,
                                              .bits = bits,
                                              .rounding = flags & 1 ? ZNN_ROUND_FLOOR : ZNN_ROUND_NEAREST,
                                              .exact_zero = flags & 2 ? 1 : 0};
            size_t length = make_header(expected, (const char *)properties, sizeof properties);
            assert_int_equal(znn_header_write(&header, bytes), length);
            assert_memory_equal(bytes, expected, length);
            assert_int_equal(read_header(bytes, length, &back), ZNN_OK);
            assert_int_equal(back.lossy.mode, ZNN_FIXED_POINT);
            assert_int_equal(back.lossy.bits, bits);
            assert_int_equal(back.lossy.rounding, header.lossy.rounding);
            assert_int_equal(back.lossy.exact_zero, header.lossy.exact_zero);
        }
    expect_properties("\2\0", 2, ZNN_ERROR_CORRUPT);
    expect_properties("\2\2\1\17", 4, ZNN_ERROR_CORRUPT);
    expect_properties("\2\4\1\17\0\0", 6, ZNN_ERROR_CORRUPT);
    expect_properties("\2\3\1\76\0", 5, ZNN_ERROR_CORRUPT);
    expect_properties("\2\3\1\75\4", 5, ZNN_ERROR_TOO_NEW);
    expect_properties("\2\3\0\17\0", 5, ZNN_ERROR_TOO_NEW);
    expect_properties("\2\1\2", 3, ZNN_ERROR_TOO_NEW);
}

/* The name of a base is one that a file may have beside the .znn file, or a path relative to it: its components cannot
 * hide, pass for a flag, or lead up after they led down. */
static void test_base_names(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        bool valid;
    } rows[] = {
        {"a", true},      {"a.b-c d", true},   {"base.safetensors", true},
        {"~", true},      {"", false},         {".", false},
        {"..", false},    {".base", false},    {"-", false},
        {"-base", false}, {" base", false},    {"a/b", true},
        {"a/", false},    {"/a", false},       {"a//b", false},
        {"../a", true},   {"../../a/b", true}, {"a/../b", false},
        {"../", false},   {"../..", false},    {"../.a", false},
        {"./a", false},   {"a/.b", false},     {"a/-b", false},
        {"a\\b", false},  {"a:b", false},      {"a*", false},
        {"a?", false},    {"a\"", false},      {"a<", false},
        {"a>", false},    {"a|", false},       {"a\x1f", false},
        {"a\x7f", false}, {"\xc3\xa4", false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (znn_base_name_is_valid(rows[i].name, strlen(rows[i].name)) != rows[i].valid)
            fail_msg("'%s'", rows[i].name);
    char longest[ZNN_BASE_NAME_MAX + 1];
    memset(longest, 'a', sizeof longest);
    assert_true(znn_base_name_is_valid(longest, ZNN_BASE_NAME_MAX));
    assert_false(znn_base_name_is_valid(longest, ZNN_BASE_NAME_MAX + 1));
    assert_false(znn_base_name_is_valid("a\0b", 3));
}

static void test_written_bytes_are_those_of_the_manual(void **state)
{
    (void)state;
    uint8_t expected[HEADER_MAX];
    uint8_t bytes[HEADER_MAX];
    struct znn_header header = {
        .struct_size = sizeof(struct znn_header), .format_version = ZNN_FORMAT_VERSION, .extension = "bin"};
    size_t length = make_header(expected, "\1\3bin", 5);
    assert_int_equal(znn_header_write(&header, bytes), length);
    assert_memory_equal(bytes, expected, length);
}

static void test_no_bytes_at_all(void **state)
{
    (void)state;
    struct znn_header header = ZNN_INIT(struct znn_header);
    struct znn_error error = ZNN_INIT(struct znn_error);
    assert_int_equal(znn_read_header(NULL, 0, &header, &error), ZNN_ERROR_NOT_ZNN);
    assert_int_equal(znn_read_header(NULL, 0, &header, NULL), ZNN_ERROR_NOT_ZNN);
}

static void test_other_files_are_not_znn(void **state)
{
    (void)state;
    uint8_t bytes[HEADER_MAX];
    size_t length = make_header(bytes, "", 0);
    for (size_t i = 0; i < 8; i++) {
        bytes[i] ^= 1;
        expect(bytes, length, ZNN_ERROR_NOT_ZNN);
        expect(bytes, i + 1, ZNN_ERROR_NOT_ZNN);
        bytes[i] ^= 1;
    }
}

/* What turns line ends around, as old transfers of text did, leaves no header. */
static void test_text_mode_is_noticed(void **state)
{
    (void)state;
    uint8_t bytes[HEADER_MAX];
    size_t length = make_header(bytes, "", 0);
    memmove(bytes + 4, bytes + 5, length - 5);
    expect(bytes, length - 1, ZNN_ERROR_NOT_ZNN);
}

/* A flipped bit behind the magic is damage, never a newer version. */
static void test_every_bit_is_checked(void **state)
{
    (void)state;
    uint8_t bytes[HEADER_MAX] = {0};
    size_t length = make_header(bytes, "\1\2pt\xf0\1x", 7);
    for (size_t bit = 64; bit < 8 * length; bit++) {
        bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
        expect(bytes, HEADER_MAX, ZNN_ERROR_CORRUPT);
        expect(bytes, length, ZNN_ERROR_CORRUPT);
        bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
    expect(bytes, length, ZNN_OK);
}

static void test_versions(void **state)
{
    (void)state;
    uint8_t bytes[HEADER_MAX];
    size_t length = make_header(bytes, "", 0);
    for (unsigned version = 0; version < 65536; version += version < 10 ? 1 : 5003) {
        store_le16(bytes + 16, (uint16_t)version);
        seal(bytes, length);
        expect(bytes, length,
               version == 0                    ? ZNN_ERROR_CORRUPT
               : version <= ZNN_FORMAT_VERSION ? ZNN_OK
                                               : ZNN_ERROR_TOO_NEW);
    }
}

static void test_lengths(void **state)
{
    (void)state;
    uint8_t bytes[65536] = {0};
    static const unsigned lengths[] = {0, 1, 16, 31, 32, 4096, 4097, 65535};
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        make_header(bytes, "", 0);
        store_le16(bytes + 18, (uint16_t)lengths[i]);
        if (lengths[i] >= 16)
            seal(bytes, lengths[i]);
        size_t length;
        bool possible = lengths[i] >= 32 && lengths[i] <= 4096;
        enum znn_status status = znn_header_length(bytes, HEADER_FIXED, &length, NULL);
        assert_int_equal(status, possible ? ZNN_OK : ZNN_ERROR_CORRUPT);
        if (possible)
            assert_int_equal(length, lengths[i]);
        if (lengths[i] != 4096) /* whose properties would be zeros */
            expect(bytes, sizeof bytes, possible ? ZNN_OK : ZNN_ERROR_CORRUPT);
    }
}

static void test_longest_header(void **state)
{
    (void)state;
    char properties[HEADER_MAX - HEADER_FIXED] = {0};
    for (size_t i = 0, tag = 240; i < sizeof properties; tag++) {
        size_t size = sizeof properties - i - 2 < 255 ? sizeof properties - i - 2 : 254;
        properties[i] = (char)tag;
        properties[i + 1] = (char)size;
        i += 2 + size;
    }
    expect_properties(properties, sizeof properties, ZNN_OK);
}

static void test_features(void **state)
{
    (void)state;
    uint8_t bytes[HEADER_MAX];
    size_t length = make_header(bytes, "", 0);
    for (unsigned bit = 0; bit < 32; bit++) {
        store_le32(bytes + 20, UINT32_C(1) << bit);
        seal(bytes, length);
        expect(bytes, length, bit == 0 ? ZNN_OK : ZNN_ERROR_TOO_NEW); /* references are known */
        store_le32(bytes + 20, 0);
        store_le32(bytes + 24, UINT32_C(1) << bit);
        seal(bytes, length);
        expect(bytes, length, ZNN_OK);
        store_le32(bytes + 28, UINT32_C(1) << bit);
        seal(bytes, length);
        expect(bytes, length, ZNN_ERROR_CORRUPT);
        store_le32(bytes + 28, 0);
    }
}

static void test_properties(void **state)
{
    (void)state;
    expect_properties("\1\3bin", 5, ZNN_OK);
    expect_properties("\x80\0", 2, ZNN_OK);
    expect_properties("\1\1a\x80\0\x81\2xy\xff\1z", 12, ZNN_OK);
    expect_properties("\x64\0", 2, ZNN_ERROR_TOO_NEW);
    expect_properties("\0\1x", 3, ZNN_ERROR_TOO_NEW);
    expect_properties("\x7f\0", 2, ZNN_ERROR_TOO_NEW);
    expect_properties("\1", 1, ZNN_ERROR_CORRUPT);
    expect_properties("\x80", 1, ZNN_ERROR_CORRUPT);
    expect_properties("\x80\1", 2, ZNN_ERROR_CORRUPT);
    expect_properties("\x80\377abc", 5, ZNN_ERROR_CORRUPT);
    expect_properties("\x80\0\x80\0", 4, ZNN_ERROR_CORRUPT);
    expect_properties("\x81\0\x80\0", 4, ZNN_ERROR_CORRUPT);
    expect_properties("\x80\0\1\1a", 5, ZNN_ERROR_CORRUPT);
    expect_properties("\1\1a\1\1a", 6, ZNN_ERROR_CORRUPT);
    expect_properties("\1\1ab", 4, ZNN_ERROR_CORRUPT);
}

/* A reader makes a file's name of it: nothing but letters and digits may come through. */
static void test_stored_extensions_that_are_refused(void **state)
{
    (void)state;
    expect_properties("\1\0", 2, ZNN_ERROR_CORRUPT);
    expect_properties("\1\0210123456789abcdefg", 19, ZNN_ERROR_CORRUPT);
    for (unsigned c = 0; c < 256; c++) {
        char properties[] = {1, 3, 'a', (char)c, 'b'};
        bool good = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
        expect_properties(properties, sizeof properties, good ? ZNN_OK : ZNN_ERROR_CORRUPT);
    }
}

static void test_extension_rules(void **state)
{
    (void)state;
    assert_true(znn_extension_is_valid("0123456789abcdef", 16));
    assert_false(znn_extension_is_valid("0123456789abcdefg", 17));
    assert_false(znn_extension_is_valid("", 0));
    assert_false(znn_extension_is_valid("a\0b", 3));
    assert_false(znn_extension_is_valid("tar.gz", 6));
    assert_false(znn_extension_is_valid("\xc3\xa9", 2));
}

/* Random properties under a good checksum: whatever is accepted has an extension that may be shown. */
static void test_random_properties(void **state)
{
    (void)state;
    struct random random = random_start(__func__);
    unsigned accepted = 0;
    for (int round = 0; round < 100000; round++) {
        char properties[20];
        uint8_t bytes[HEADER_MAX];
        struct znn_header header = ZNN_INIT(struct znn_header);
        size_t size = random_below(&random, sizeof properties + 1);
        for (size_t i = 0; i < size; i++)
            properties[i] = (char)(random_below(&random, 3) ? random_below(&random, 4) + (random_u64(&random) & 0x80)
                                                            : random_u64(&random));
        if (read_header(bytes, make_header(bytes, properties, size), &header) != ZNN_OK)
            continue;
        accepted++;
        size_t extension = strlen(header.extension);
        assert_true(extension == 0 || znn_extension_is_valid(header.extension, extension));
    }
    assert_true(accepted > 1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_write_and_read),
        cmocka_unit_test(test_lossy),
        cmocka_unit_test(test_base_names),
        cmocka_unit_test(test_written_bytes_are_those_of_the_manual),
        cmocka_unit_test(test_no_bytes_at_all),
        cmocka_unit_test(test_other_files_are_not_znn),
        cmocka_unit_test(test_text_mode_is_noticed),
        cmocka_unit_test(test_every_bit_is_checked),
        cmocka_unit_test(test_versions),
        cmocka_unit_test(test_lengths),
        cmocka_unit_test(test_longest_header),
        cmocka_unit_test(test_features),
        cmocka_unit_test(test_properties),
        cmocka_unit_test(test_stored_extensions_that_are_refused),
        cmocka_unit_test(test_extension_rules),
        cmocka_unit_test(test_random_properties),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * test_record.c - the record format of chunks and the index
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>
#include <xxhash.h>

#include "common/bytes.h"
#include "container/record.h"
#include "support.h"

#define PLACE 1234

static const struct record example = {
    .kind = RECORD_CHUNK,
    .decoded_size = 1000,
    .offset = UINT64_C(0x123456789abc),
    .directory_size = 10,
    .payload_size = 900,
    .digest = UINT64_C(0xfedcba9876543210),
};

/* Writes `record` with a directory of letters. */
static void write_record(const struct record *record, uint8_t bytes[RECORD_PREFIX + 10])
{
    memcpy(bytes + RECORD_PREFIX, "directory!", 10);
    znn_record_write(record, bytes);
}

static enum znn_status parse(const struct record *record, struct record *back)
{
    uint8_t bytes[RECORD_PREFIX + 10];
    struct record written = *record;
    written.directory_size = 0; /* of the checksum: parsing does not look at it */
    write_record(&written, bytes);
    store_le32(bytes + 32, record->directory_size);
    struct znn_error error = ZNN_INIT(struct znn_error);
    enum znn_status status = znn_record_parse(bytes, PLACE, back, &error);
    assert_int_equal(error.status, status);
    if (status)
        assert_int_equal(error.offset, PLACE);
    return status;
}

static void seal(uint8_t bytes[RECORD_PREFIX + 10])
{
    store_le64(bytes + 8, XXH3_64bits(bytes + 16, RECORD_PREFIX - 16 + 10));
}

static void test_write_and_read(void **state)
{
    (void)state;
    uint8_t bytes[RECORD_PREFIX + 10];
    struct record back;
    write_record(&example, bytes);
    assert_int_equal(znn_record_parse(bytes, PLACE, &back, NULL), ZNN_OK);
    assert_int_equal(znn_record_verify(&back, bytes, PLACE, NULL), ZNN_OK);
    assert_int_equal(back.kind, example.kind);
    assert_int_equal(back.decoded_size, example.decoded_size);
    assert_true(back.offset == example.offset);
    assert_int_equal(back.directory_size, example.directory_size);
    assert_int_equal(back.payload_size, example.payload_size);
    assert_true(back.digest == example.digest);
    assert_int_equal(record_size(&back), 48 + 10 + 900);
}

static void test_written_bytes_are_those_of_the_manual(void **state)
{
    (void)state;
    static const uint8_t expected[] = {
        0xAB, 'Z', 'N', 'N', 'R',  'E',  'C', '\n', 0,    0,    0,    0,    0,    0,    0,    0,
        1,    0,   0,   0,   0xe8, 0x03, 0,   0,    0xbc, 0x9a, 0x78, 0x56, 0x34, 0x12, 0,    0,
        10,   0,   0,   0,   0x84, 0x03, 0,   0,    0x10, 0x32, 0x54, 0x76, 0x98, 0xba, 0xdc, 0xfe,
    };
    uint8_t bytes[RECORD_PREFIX + 10];
    write_record(&example, bytes);
    assert_true(load_le64(bytes + 8) == XXH3_64bits(bytes + 16, 32 + 10));
    memset(bytes + 8, 0, 8);
    assert_memory_equal(bytes, expected, sizeof expected);
}

/* Every bit but the marker's is under the checksum; some are caught by the limits first. */
static void test_every_bit_is_checked(void **state)
{
    (void)state;
    uint8_t bytes[RECORD_PREFIX + (1 << 20)] = {0};
    write_record(&example, bytes);
    for (size_t bit = 0; bit < 8 * (RECORD_PREFIX + 10); bit++) {
        struct record back;
        bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
        enum znn_status status = znn_record_parse(bytes, PLACE, &back, NULL);
        if (!status)
            status = znn_record_verify(&back, bytes, PLACE, NULL);
        assert_int_equal(status, ZNN_ERROR_CORRUPT);
        bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
}

static void test_limits(void **state)
{
    (void)state;
    static const struct {
        uint8_t kind;
        uint32_t decoded, directory, payload;
        enum znn_status expected;
    } rows[] = {
        {1, 1, 1, 0, ZNN_OK},
        {1, 1, 1, 1, ZNN_OK},
        {1, 16777216, 1048576, 16777216, ZNN_OK},
        {1, 0, 1, 0, ZNN_ERROR_CORRUPT},
        {1, 1, 0, 0, ZNN_ERROR_CORRUPT},
        {1, 1, 1, 2, ZNN_ERROR_CORRUPT},
        {1, 1, 1048577, 1, ZNN_ERROR_CORRUPT},
        {1, 16777217, 1, 1, ZNN_ERROR_CORRUPT},
        {1, 16777216, 1, 16777217, ZNN_ERROR_CORRUPT},
        {1, UINT32_MAX, 1, UINT32_MAX, ZNN_ERROR_CORRUPT},
        {1, 1, UINT32_MAX, 1, ZNN_ERROR_CORRUPT},
        {2, 0, 1, 0, ZNN_OK},
        {2, 0, 1048576, UINT32_MAX, ZNN_OK},
        {2, 1, 1, 0, ZNN_ERROR_CORRUPT},
        {2, UINT32_MAX, 1, 0, ZNN_ERROR_CORRUPT},
        {2, 0, 0, 0, ZNN_ERROR_CORRUPT},
        {2, 0, 1048577, 0, ZNN_ERROR_CORRUPT},
        {3, 0, 1, 16777216, ZNN_OK},
        {3, 0, 1048576, 0, ZNN_OK},
        {3, 0, 1, 16777217, ZNN_ERROR_CORRUPT},
        {3, 1, 1, 0, ZNN_ERROR_CORRUPT},
        {3, 0, 0, 0, ZNN_ERROR_CORRUPT},
        {4, 0, 1, UINT32_MAX, ZNN_OK}, /* may mean what it likes, within the limit of what is read */
        {4, UINT32_MAX, 1048576, 1, ZNN_OK},
        {0, 1, 1, 1, ZNN_OK},
        {4, 1, 0, 1, ZNN_ERROR_CORRUPT},
        {255, 1, 1048577, 1, ZNN_ERROR_CORRUPT},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct record record = {
            .kind = rows[i].kind,
            .decoded_size = rows[i].decoded,
            .directory_size = rows[i].directory,
            .payload_size = rows[i].payload,
        };
        struct record back;
        if (parse(&record, &back) != rows[i].expected)
            fail_msg("row %zu", i);
    }
}

static void test_reserved_bytes(void **state)
{
    (void)state;
    for (size_t at = 17; at < 20; at++) {
        uint8_t bytes[RECORD_PREFIX + 10];
        struct record back;
        write_record(&example, bytes);
        bytes[at] = 1;
        seal(bytes);
        assert_int_equal(znn_record_parse(bytes, PLACE, &back, NULL), ZNN_OK);
        assert_int_equal(znn_record_verify(&back, bytes, PLACE, NULL), ZNN_ERROR_CORRUPT);
    }
}

/* Only a good checksum makes an unknown kind a newer file's. */
static void test_unknown_kinds(void **state)
{
    (void)state;
    for (unsigned kind = 0; kind < 256; kind += kind < 5 ? 1 : 25) {
        uint8_t bytes[RECORD_PREFIX + 10];
        struct record record = example;
        struct record back;
        record.kind = (uint8_t)kind;
        if (kind == RECORD_INDEX || kind == RECORD_BASES)
            record.decoded_size = 0;
        write_record(&record, bytes);
        bool known = kind == RECORD_CHUNK || kind == RECORD_INDEX || kind == RECORD_BASES;
        assert_int_equal(znn_record_parse(bytes, PLACE, &back, NULL), ZNN_OK);
        assert_int_equal(znn_record_verify(&back, bytes, PLACE, NULL), known ? ZNN_OK : ZNN_ERROR_TOO_NEW);
        bytes[RECORD_PREFIX] ^= 1;
        assert_int_equal(znn_record_verify(&back, bytes, PLACE, NULL), ZNN_ERROR_CORRUPT);
    }
}

static void test_random_prefixes(void **state)
{
    (void)state;
    struct random random = random_start(__func__);
    for (int round = 0; round < 100000; round++) {
        uint8_t bytes[RECORD_PREFIX + 10];
        struct record back;
        write_record(&example, bytes);
        for (size_t i = random_below(&random, 10); i > 0; i--)
            bytes[8 + random_below(&random, RECORD_PREFIX - 8)] = (uint8_t)random_u64(&random);
        if (znn_record_parse(bytes, PLACE, &back, NULL) != ZNN_OK || back.kind != RECORD_CHUNK)
            continue;
        assert_true(back.decoded_size - 1 < CHUNK_MAX && back.payload_size <= back.decoded_size);
        assert_true(back.directory_size - 1 < DIRECTORY_MAX);
        assert_true(record_size(&back) <= RECORD_PREFIX + DIRECTORY_MAX + CHUNK_MAX);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_write_and_read),       cmocka_unit_test(test_written_bytes_are_those_of_the_manual),
        cmocka_unit_test(test_every_bit_is_checked), cmocka_unit_test(test_limits),
        cmocka_unit_test(test_reserved_bytes),       cmocka_unit_test(test_unknown_kinds),
        cmocka_unit_test(test_random_prefixes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

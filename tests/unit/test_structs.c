/*
 * Structs that grow: programs compiled with an older or newer znn.h than the library's.
 */
#include <stdio.h>

#include "packing.h"

/* A struct as an older or a newer program has it: `size` bytes, and poison or more members after them. */
#define MORE 64
static void *resized(const void *complete, size_t complete_size, size_t size, unsigned char behind)
{
    unsigned char *bytes = malloc(complete_size + MORE);
    assert_non_null(bytes);
    memset(bytes, behind, complete_size + MORE);
    memcpy(bytes, complete, complete_size < size ? complete_size : size);
    memcpy(bytes, &size, sizeof size);
    return bytes;
}

static enum znn_status compress_with(const void *options, void *report, void *error)
{
    struct znn_input input = znn_input_memory("a few weights", 13);
    struct znn_memory memory = {0};
    struct znn_output output = znn_output_memory(&memory);
    enum znn_status status = znn_compress(&input, &output, options, report, error);
    assert_true(status || memory.size > 0);
    znn_free(memory.data);
    return status;
}

/* The members from `sign` on are not there.  In the place of `sign` is a number that would be refused. */
static void test_an_older_program(void **state)
{
    (void)state;
    const struct znn_compress_options options = {.struct_size = sizeof options, .level = 1, .sign = (enum znn_sign)77};
    void *older = resized(&options, sizeof options, offsetof(struct znn_compress_options, sign), 0xa5);
    assert_int_equal(compress_with(&options, NULL, NULL), ZNN_ERROR_ARGUMENT);
    assert_int_equal(compress_with(older, NULL, NULL), ZNN_OK);
    free(older);
    for (size_t size = sizeof(size_t); size <= sizeof(struct znn_report); size++) {
        struct znn_report report = ZNN_INIT(struct znn_report);
        unsigned char *short_report = resized(&report, sizeof report, size, 0xa5);
        memset(short_report + sizeof size, 0xa5, size - sizeof size);
        assert_int_equal(compress_with(NULL, short_report, NULL), ZNN_OK);
        assert_int_equal(*(size_t *)(void *)short_report, size);
        for (size_t i = size; i < sizeof report + MORE; i++)
            assert_int_equal(short_report[i], 0xa5);
        if (size >= offsetof(struct znn_report, compressed_size))
            assert_int_equal(((struct znn_report *)(void *)short_report)->original_size, 13);
        free(short_report);
    }
}

static void test_a_newer_program(void **state)
{
    (void)state;
    const struct znn_compress_options options = {.struct_size = sizeof options, .level = 1};
    struct znn_error error = ZNN_INIT(struct znn_error);
    unsigned char *newer = resized(&options, sizeof options, sizeof options + MORE, 0);
    assert_int_equal(compress_with(newer, NULL, &error), ZNN_OK);
    for (size_t i = 0; i < MORE; i += MORE - 1) { /* an option of the future, first or last */
        newer[sizeof options + i] = 1;
        assert_int_equal(compress_with(newer, NULL, &error), ZNN_ERROR_ARGUMENT);
        newer[sizeof options + i] = 0;
    }
    assert_non_null(strstr(error.detail, "does not know"));
    assert_int_equal(error.struct_size, sizeof error);
    free(newer);
    struct znn_report report = ZNN_INIT(struct znn_report);
    unsigned char *longer = resized(&report, sizeof report, sizeof report + MORE, 0xa5);
    assert_int_equal(compress_with(NULL, longer, NULL), ZNN_OK);
    for (size_t i = 0; i < MORE; i++)
        assert_int_equal(longer[sizeof report + i], 0);
    free(longer);
}

/* The library takes larger sizes for ones that were never set. */
static void test_the_largest_size(void **state)
{
    (void)state;
    for (size_t size = 4095; size <= 4097; size++) {
        struct znn_compress_options *options = calloc(1, size);
        struct znn_error error = ZNN_INIT(struct znn_error);
        assert_non_null(options);
        options->struct_size = size;
        assert_int_equal(compress_with(options, NULL, &error), size <= 4096 ? ZNN_OK : ZNN_ERROR_ARGUMENT);
        free(options);
    }
}

static void test_no_size(void **state)
{
    (void)state;
    struct znn_compress_options options = {.level = 1};
    struct znn_report report = {.original_size = 77};
    struct znn_error error = ZNN_INIT(struct znn_error), unsized = {.status = ZNN_OK};
    assert_int_equal(compress_with(&options, NULL, &error), ZNN_ERROR_ARGUMENT);
    assert_int_equal(error.status, ZNN_ERROR_ARGUMENT);
    assert_int_equal(compress_with(NULL, &report, &error), ZNN_ERROR_ARGUMENT);
    assert_int_equal(report.original_size, 77);
    assert_int_equal(compress_with(NULL, NULL, &unsized), ZNN_ERROR_ARGUMENT);
    assert_int_equal(unsized.detail[0], 0);
    struct znn_platform platform = {.zstd_version = 77};
    assert_int_equal(znn_platform(&platform), ZNN_ERROR_ARGUMENT);
    assert_int_equal(platform.zstd_version, 77);
    struct znn_header header = {.struct_size = 0};
    assert_int_equal(znn_read_header("x", 1, &header, NULL), ZNN_ERROR_ARGUMENT);
    struct znn_probe probe = {.struct_size = 0};
    assert_int_equal(znn_probe_bytes("x", 1, 1, &probe), ZNN_ERROR_ARGUMENT);
}

/* Inputs and outputs are passed by value, and keep their size; what they may come to mean is refused for now. */
static void test_reserved(void **state)
{
    (void)state;
    static char something;
    for (int i = 0; i < 4; i++) {
        struct znn_input input = znn_input_memory("a", 1);
        char room[1000];
        struct znn_output output = znn_output_fixed(room, sizeof room);
        *(i < 2 ? &input.reserved[i] : &output.reserved[i - 2]) = &something;
        assert_int_equal(znn_compress(&input, &output, NULL, NULL, NULL), ZNN_ERROR_ARGUMENT);
    }
}

static void test_version(void **state)
{
    (void)state;
    char text[40];
    snprintf(text, sizeof text, "%u.%u.%u", znn_version_number() / 10000, znn_version_number() / 100 % 100,
             znn_version_number() % 100);
    assert_string_equal(text, znn_version());
    assert_int_equal(znn_version_number(), ZNN_VERSION_NUMBER);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_an_older_program), cmocka_unit_test(test_a_newer_program),
        cmocka_unit_test(test_the_largest_size), cmocka_unit_test(test_no_size),
        cmocka_unit_test(test_reserved),         cmocka_unit_test(test_version),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

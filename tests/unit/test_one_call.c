/*
 * Memory to memory in one call, the original's size, and the kind of a file.
 */
#include <stdio.h>

#include "common/bytes.h"
#include "model_files.h"
#include "packing.h"

static void expect_round_trip(const void *data, size_t size, const struct znn_compress_options *options)
{
    size_t capacity = znn_compress_bound(size), written, back;
    uint8_t *packed = malloc(capacity), *again = malloc(size + 1);
    uint64_t original = 77;
    struct znn_error error = ZNN_INIT(struct znn_error);
    assert_true(packed && again);
    enum znn_status status = znn_compress_buffer(data, size, packed, capacity, &written, options, &error);
    check_error(status, &error);
    assert_int_equal(status, ZNN_OK);
    assert_true(written <= capacity);
    struct znn_input input = znn_input_memory(packed, written);
    assert_int_equal(znn_original_size(&input, &original, &error), ZNN_OK);
    assert_int_equal(original, size);
    assert_int_equal(znn_decompress_buffer(packed, written, again, size, &back, NULL, &error), ZNN_OK);
    assert_int_equal(back, size);
    assert_memory_equal(again, data, size);
    assert_int_equal(znn_decompress_buffer(packed, written, again, size + 1, &back, NULL, &error), ZNN_OK);
    assert_int_equal(back, size);
    if (size > 0) {
        assert_int_equal(znn_decompress_buffer(packed, written, again, size - 1, &back, NULL, &error), ZNN_ERROR_IO);
        assert_int_equal(error.system_error, ENOSPC);
        assert_int_equal(back, 0);
    }
    assert_int_equal(znn_compress_buffer(data, size, packed, written - 1, &back, options, &error), ZNN_ERROR_IO);
    assert_int_equal(back, 0);
    free(packed);
    free(again);
}

static void test_buffers(void **state)
{
    (void)state;
    struct random random = random_start(__func__);
    expect_round_trip("", 0, NULL);
    expect_round_trip("x", 1, NULL);
    for (int i = 0; i < 10; i++) {
        struct model_file model = make_model(&random, random_below(&random, 300), 3000);
        struct znn_compress_options options = {
            .struct_size = sizeof options, .level = i, .threads = 1 + (unsigned)i % 3};
        expect_round_trip(model.bytes.data, model.bytes.size, i > 9 ? NULL : &options);
        model_file_free(&model);
    }
}

/* Random bytes, as they are and as each type of number that could be taken apart. */
static void test_bound_of_noise(void **state)
{
    (void)state;
    static const char *const dtypes[] = {NULL, "U8", "BF16", "F32", "F64"};
    struct random random = random_start(__func__);
    size_t size = 3000000;
    uint8_t *noise = malloc(size);
    assert_non_null(noise);
    for (size_t i = 0; i < size; i++)
        noise[i] = (uint8_t)random_u64(&random);
    for (size_t i = 0; i < sizeof dtypes / sizeof *dtypes; i++) {
        struct znn_compress_options options = {.struct_size = sizeof options, .level = 1, .dtype = dtypes[i]};
        expect_round_trip(noise, size - i, &options);
    }
    free(noise);
}

/* Tensors of one byte each: the list of them is longer than they are. */
static void test_bound_of_many_tensors(void **state)
{
    (void)state;
    enum { COUNT = 60000 };
    struct buffer file = {0};
    char entry[100];
    uint8_t length[8] = {0};
    assert_true(znn_buffer_append(&file, length, 8) && znn_buffer_append_u8(&file, '{'));
    for (int i = 0; i < COUNT; i++) {
        int n = snprintf(entry, sizeof entry, "%s\"%x\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[%d,%d]}",
                         i ? "," : "", (unsigned)i * 2654435761u, i, i + 1);
        assert_true(znn_buffer_append(&file, entry, (size_t)n));
    }
    assert_true(znn_buffer_append_u8(&file, '}'));
    store_le64(file.data, file.size - 8);
    for (int i = 0; i < COUNT; i++)
        assert_true(znn_buffer_append_u8(&file, (uint8_t)(i * 37)));
    struct znn_compress_options options = {.struct_size = sizeof options, .level = 1};
    expect_round_trip(file.data, file.size, &options);
    znn_buffer_free(&file);
}

/* Makes a header of `count` empty tensors with random names of `size` characters, which the index has to repeat. */
static struct buffer make_names(struct random *random, int count, size_t size)
{
    struct buffer file = {0};
    char entry[500], name[401] = "";
    assert_true(size < sizeof name);
    assert_true(znn_buffer_append(&file, "\0\0\0\0\0\0\0\0{", 9));
    for (int i = 0; i < count; i++) {
        for (size_t k = 0; k < size; k++) {
            char c = (char)('#' + random_below(random, '~' - '#'));
            name[k] = c == '\\' ? '~' : c;
        }
        int n = snprintf(entry, sizeof entry, "%s\"%s%d\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[0,0]}",
                         i ? "," : "", name, i);
        assert_true(znn_buffer_append(&file, entry, (size_t)n));
    }
    assert_true(znn_buffer_append_u8(&file, '}'));
    store_le64(file.data, file.size - 8);
    return file;
}

/* With a list of tensors the result exceeds the bound.  So the file is compressed again, as plain bytes. */
static void test_larger_than_the_bound(void **state)
{
    (void)state;
    struct random random = random_start(__func__);
    struct buffer file = make_names(&random, 2000, 400);
    struct znn_compress_options options = {
        .struct_size = sizeof options, .lossy = {.mode = ZNN_FIXED_POINT, .bits = 10}, .dedup = 1};
    struct buffer listed = pack_way(file.data, file.size, WAY_MEMORY, 0, &options, NULL);
    size_t bound = znn_compress_bound(file.size), written;
    uint8_t *packed = malloc(bound);
    struct znn_header header = ZNN_INIT(struct znn_header);
    struct znn_error error = ZNN_INIT(struct znn_error);
    assert_non_null(packed);
    assert_true(listed.size > bound);
    expect_round_trip(file.data, file.size, &options);
    assert_int_equal(znn_compress_buffer(file.data, file.size, packed, bound, &written, &options, &error), ZNN_OK);
    assert_int_equal(znn_read_header(packed, written, &header, NULL), ZNN_OK);
    assert_int_equal(header.lossy.mode, ZNN_LOSSLESS);

    /* A capacity below the bound is the caller's decision. */
    enum znn_status status = znn_compress_buffer(file.data, file.size, packed, bound - 1, &written, &options, &error);
    assert_int_equal(status, ZNN_ERROR_IO);
    assert_int_equal(error.system_error, ENOSPC);
    assert_int_equal(written, 0);
    free(packed);
    znn_buffer_free(&listed);
    znn_buffer_free(&file);
}

/* The bound has room for shorter names, so that the result lists the tensors. */
static void test_list_within_the_bound(void **state)
{
    (void)state;
    enum { COUNT = 10000 };
    struct random random = random_start(__func__);
    struct buffer file = make_names(&random, COUNT, 100);
    size_t bound = znn_compress_bound(file.size), written;
    uint8_t *packed = malloc(bound);
    struct znn_reader *reader;
    assert_non_null(packed);
    assert_int_equal(znn_compress_buffer(file.data, file.size, packed, bound, &written, NULL, NULL), ZNN_OK);
    struct znn_input input = znn_input_memory(packed, written);
    assert_int_equal(znn_reader_open(&input, NULL, &reader, NULL), ZNN_OK);
    assert_int_equal(znn_reader_tensor_count(reader), COUNT);
    znn_reader_close(reader);
    free(packed);
    znn_buffer_free(&file);
}

static void test_bound_itself(void **state)
{
    (void)state;
    assert_true(znn_compress_bound(0) > 0);
    assert_true(znn_compress_bound(SIZE_MAX) == SIZE_MAX);
    assert_true(znn_compress_bound(SIZE_MAX - 100) == SIZE_MAX);
    assert_true(znn_compress_bound((size_t)1 << 30) > (size_t)1 << 30);
}

/* The size stands at the end: from every cut, an error. */
static void test_original_size(void **state)
{
    (void)state;
    const struct buffer original = {.data = (uint8_t[1000]){5, 6}, .size = 1000};
    struct znn_memory znn = make_znn(&original, 1);
    for (enum way way = WAY_MEMORY; way < WAY_COUNT; way++)
        for (size_t cut = 0; cut <= znn.size; cut++) {
            struct feed feed = {.data = znn.data, .size = znn.size - cut};
            struct znn_input input = feed_input(&feed, way);
            struct znn_error error = ZNN_INIT(struct znn_error);
            uint64_t size = 77;
            enum znn_status status = znn_original_size(&input, &size, &error);
            check_error(status, &error);
            assert_int_equal(status == ZNN_OK, cut == 0 && way != WAY_STREAM);
            assert_int_equal(size, status ? 0 : 1000);
            if (way == WAY_STREAM)
                assert_int_equal(status, ZNN_ERROR_ARGUMENT);
        }
    znn_free(znn.data);
}

static void expect_kind(const void *data, size_t size, uint64_t file_size, enum znn_kind kind, const char *format)
{
    struct znn_probe probe = ZNN_INIT(struct znn_probe);
    assert_int_equal(znn_probe_bytes(data, size, file_size, &probe), ZNN_OK);
    assert_int_equal(probe.kind, kind);
    assert_string_equal(probe.format, format);
    struct feed feed = {.data = data, .size = size};
    for (enum way way = WAY_MEMORY; way < WAY_COUNT; way++) {
        struct znn_input input = feed_input(&feed, way);
        if (way != WAY_STREAM)
            input.size = size;
        probe.kind = (enum znn_kind)77;
        enum znn_status status = znn_probe_input(&input, &probe, NULL);
        assert_int_equal(status, way == WAY_STREAM ? ZNN_ERROR_ARGUMENT : ZNN_OK);
        if (way != WAY_STREAM && file_size == size)
            assert_int_equal(probe.kind, kind);
    }
}

static void test_kinds(void **state)
{
    (void)state;
    static const struct {
        const char *start;
        size_t size;
        enum znn_kind kind;
        const char *format;
    } cases[] = {
        {"", 0, ZNN_KIND_OTHER, ""},
        {"GGUF\3\0\0\0", 8, ZNN_KIND_MODEL, "gguf"},
        {"GGU", 3, ZNN_KIND_OTHER, ""},
        {"\x93NUMPY\1\0", 8, ZNN_KIND_MODEL, "npy"},
        {"lmggxxxx", 8, ZNN_KIND_MODEL, "ggml"},
        {"\0\0\0\0TFL3", 8, ZNN_KIND_MODEL, "tflite"},
        {"\2\0\0\0\0\0\0\0{}", 10, ZNN_KIND_MODEL, "safetensors"},
        {"\3\0\0\0\0\0\0\0{}", 10, ZNN_KIND_OTHER, ""}, /* the header would go on behind the end */
        {"\x80\2\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.", 15, ZNN_KIND_MODEL, "torch-legacy"},
        {"PK\3\4......................\x0a\0\0\0a/data.pkl", 40, ZNN_KIND_MODEL, "torch-zip"},
        {"PK\3\4......................\x05\0\0\0a.npy", 35, ZNN_KIND_MODEL, "npz"},
        {"PK\3\4......................\x05\0\0\0a.txt", 35, ZNN_KIND_OTHER, ""},
        {"PK\3\4......................\x05\0\0\0a.np", 34, ZNN_KIND_OTHER, ""},
        {"\x89ZNN\r\n\x1a\n", 8, ZNN_KIND_ZNN, "znn"},
        {"\x89ZNN\r\n\x1a", 7, ZNN_KIND_OTHER, ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        uint8_t *copy = malloc(cases[i].size + 1); /* so that reading behind it is noticed */
        assert_non_null(copy);
        memcpy(copy + 1, cases[i].start, cases[i].size);
        expect_kind(copy + 1, cases[i].size, cases[i].size, cases[i].kind, cases[i].format);
        free(copy);
    }
    expect_kind("\3\0\0\0\0\0\0\0{}", 10, ZNN_SIZE_UNKNOWN, ZNN_KIND_MODEL, "safetensors");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_buffers),
        cmocka_unit_test(test_bound_of_noise),
        cmocka_unit_test(test_bound_of_many_tensors),
        cmocka_unit_test(test_larger_than_the_bound),
        cmocka_unit_test(test_list_within_the_bound),
        cmocka_unit_test(test_bound_itself),
        cmocka_unit_test(test_original_size),
        cmocka_unit_test(test_kinds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * test_compress.c - round trips of all kinds of files
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "models.h"
#include "packing.h"
#include "support.h"

#define KIB ((size_t)1 << 10)
#define MIB ((size_t)1 << 20)

static void expect_same(const struct buffer *a, const struct buffer *b)
{
    assert_int_equal(a->size, b->size);
    assert_memory_equal(a->data, b->data, a->size);
}

/* Packs from memory, by random access and from a stream, and unpacks each in as many ways. */
static void check_all_ways(struct random *random, const struct buffer *file, int level)
{
    struct buffer packed[WAY_COUNT];
    for (enum way way = WAY_MEMORY; way < WAY_COUNT; way++) {
        struct znn_compress_options options = {.struct_size = sizeof(struct znn_compress_options),
                                               .level = level,
                                               .threads = 1 + (unsigned)random_below(random, 3)};
        size_t step = random_below(random, 2) ? 0 : 1 + random_below(random, 30000);
        packed[way] = pack_way(file->data, file->size, way, step, &options, NULL);
    }
    expect_same(&packed[WAY_MEMORY], &packed[WAY_RANDOM_ACCESS]);
    for (enum way way = WAY_MEMORY; way < WAY_COUNT; way++) {
        for (enum way back = WAY_MEMORY; back < WAY_COUNT; back++)
            if (file->size < MIB || back == (way + 1) % WAY_COUNT) /* for the time that it takes */
                expect_unpacked(&packed[way], back, 1 + (unsigned)random_below(random, 3), random_below(random, 2) == 0,
                                file->data, file->size);
        znn_buffer_free(&packed[way]);
    }
}

static void test_any_small_file(void **state)
{
    (void)state;
    static const int levels[] = {1, 1, 1, 5, 5, 5, 9, 0};
    struct random random = random_start(__func__);
    for (int round = 0; round < 300; round++) {
        struct buffer file = make_any_file(&random, round % 10 ? 300 : 5000);
        check_all_ways(&random, &file, levels[random_below(&random, 8)]);
        znn_buffer_free(&file);
    }
}

static void test_any_large_file(void **state)
{
    (void)state;
    struct random random = random_start(__func__);
    for (int round = 0; round < 6; round++) {
        struct buffer file = make_any_file(&random, 300000);
        check_all_ways(&random, &file, round % 2 ? 1 : 5);
        znn_buffer_free(&file);
    }
}

static void test_tiny_files(void **state)
{
    (void)state;
    struct random random = random_start(__func__);
    for (size_t size = 0; size < 70; size++)
        for (int level = 1; level <= 9; level += 4) {
            struct buffer file = {0};
            assert_true(znn_buffer_reserve(&file, size + 1));
            put_something(&random, &file, size, 1);
            check_all_ways(&random, &file, level);
            znn_buffer_free(&file);
        }
}

/* Opaque bytes go by 4 MiB, which sizes around this, and full multiples, put to the test. */
static void test_opaque_sizes_around_the_chunk(void **state)
{
    (void)state;
    struct random random = random_start(__func__);
    static const size_t sizes[] = {4 * MIB - 1, 4 * MIB, 4 * MIB + 1};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct buffer file = {0};
        put_weights(&random, &file, sizes[i], 4);
        check_all_ways(&random, &file, 1);
        znn_buffer_free(&file);
    }
}

/* One tensor that ends the file just where a chunk of numbers does, or a little before or behind. */
static void test_tensor_sizes_around_the_chunk(void **state)
{
    (void)state;
    struct random random = random_start(__func__);
    static const size_t ends[] = {MIB, MIB + 256 * KIB, 2 * MIB + 256 * KIB};
    for (size_t i = 0; i < 3 * sizeof ends / sizeof *ends; i++) {
        char header[200];
        uint8_t length[8];
        struct buffer file = {0};
        size_t elements = (ends[i / 3] - 8 - 80) / 4 + i % 3;
        int size =
            snprintf(header, sizeof header, "{\"t\":{\"dtype\":\"F32\",\"shape\":[%zu],\"data_offsets\":[0,%zu]}}%*s",
                     elements, 4 * elements, 30, "");
        assert_true(size >= 80);
        store_le64(length, 80);
        put_bytes(&file, length, 8);
        put_bytes(&file, header, 80);
        put_weights(&random, &file, 4 * elements, 4);
        struct znn_report report = ZNN_INIT(struct znn_report);
        struct buffer packed = pack_way(file.data, file.size, WAY_MEMORY, 0, NULL, &report);
        assert_int_equal(report.tensors, 1);
        znn_buffer_free(&packed);
        check_all_ways(&random, &file, 1);
        znn_buffer_free(&file);
    }
}

static void test_zeros_are_next_to_nothing(void **state)
{
    (void)state;
    struct random random = random_start(__func__);
    struct buffer file = {0};
    assert_non_null(file.data = calloc(1, 9 * MIB));
    file.size = 9 * MIB;
    struct buffer packed = pack(file.data, file.size, 5);
    assert_true(packed.size < 500);
    znn_buffer_free(&packed);
    check_all_ways(&random, &file, 5);
    znn_buffer_free(&file);
}

/* Whatever the bytes are, a file grows by no more than what the container takes. */
static void test_noise_grows_by_little(void **state)
{
    (void)state;
    struct random random = random_start(__func__);
    for (size_t size = 0; size < 10 * MIB; size = size * 3 + 1) {
        struct buffer file = {0};
        put_noise(&random, &file, size);
        struct buffer packed = pack(file.data, file.size, 5);
        assert_true(packed.size <= size + 200 + 100 * (size / (4 * MIB) + 1));
        znn_buffer_free(&packed);
        znn_buffer_free(&file);
    }
}

static void check_threads(const struct buffer *file, int level, enum way way)
{
    struct znn_compress_options options = {
        .struct_size = sizeof(struct znn_compress_options), .level = level, .threads = 1};
    struct buffer one = pack_way(file->data, file->size, way, 0, &options, NULL);
    for (options.threads = 2; options.threads <= 7; options.threads += options.threads == 2 ? 1 : 4) {
        struct buffer more = pack_way(file->data, file->size, way, 100000, &options, NULL);
        expect_same(&one, &more);
        znn_buffer_free(&more);
    }
    znn_buffer_free(&one);
}

static void test_output_does_not_depend_on_threads(void **state)
{
    (void)state;
    static const int levels[] = {1, 5, 1, 9};
    static const size_t scales[] = {300000, 150000, 150000, 25000}; /* for the time that it takes */
    struct random random = random_start(__func__);
    for (int round = 0; round < 4; round++) {
        struct buffer file = make_safetensors(&random, 12, scales[round]);
        put_weights(&random, &file, round == 1 ? 1000000 : 0, 4); /* and once as opaque bytes */
        for (enum way way = WAY_MEMORY; way < (levels[round] == 9 ? WAY_RANDOM_ACCESS : WAY_COUNT); way++)
            check_threads(&file, levels[round], way);
        znn_buffer_free(&file);
    }
}

/* | header 32 | index record 48 + 8 | footer 40 |: tables of nothing are not compressed. */
static void test_smallest_file(void **state)
{
    (void)state;
    struct buffer packed = pack(NULL, 0, 5);
    assert_int_equal(packed.size, 32 + 48 + 8 + 40);
    znn_buffer_free(&packed);
}

static void test_levels_take_the_nearest(void **state)
{
    (void)state;
    struct random random = random_start(__func__);
    static const int nearest[] = {5, 1, 1, 5, 5, 5, 5, 5, 9, 9};
    struct buffer file = make_safetensors(&random, 5, 3000);
    for (int level = 0; level <= 9; level++) {
        struct buffer one = pack(file.data, file.size, level);
        struct buffer other = pack(file.data, file.size, nearest[level]);
        expect_same(&one, &other);
        znn_buffer_free(&one);
        znn_buffer_free(&other);
    }
    znn_buffer_free(&file);
}

/* Between the lower levels there is no such order: libzstd's level 3 is now and then larger than its level 1. */
static void test_smallest_level_is_the_smallest(void **state)
{
    (void)state;
    struct random random = random_start(__func__);
    for (int round = 0; round < 3; round++) {
        struct buffer file = make_safetensors(&random, 8, 20000);
        struct buffer smallest = pack(file.data, file.size, ZNN_LEVEL_SMALLEST);
        for (int level = ZNN_LEVEL_FASTEST; level <= ZNN_LEVEL_DEFAULT; level += 4) {
            struct buffer packed = pack(file.data, file.size, level);
            if (smallest.size > packed.size + packed.size / 100)
                fail_msg("%zu bytes, against %zu at level %d", smallest.size, packed.size, level);
            znn_buffer_free(&packed);
        }
        znn_buffer_free(&smallest);
        znn_buffer_free(&file);
    }
}

/* ---------------------------------------------------------------------------------------------------------------- */
/* Options and reports                                                                                              */
/* ---------------------------------------------------------------------------------------------------------------- */

static enum znn_status compress_nothing(const struct znn_compress_options *options, struct znn_memory *memory)
{
    struct znn_input input = znn_input_memory(NULL, 0);
    struct znn_output output = znn_output_memory(memory);
    struct znn_error error = ZNN_INIT(struct znn_error);
    enum znn_status status = znn_compress(&input, &output, options, NULL, &error);
    check_error(status, &error);
    return status;
}

static void test_extensions(void **state)
{
    (void)state;
    static const struct {
        const char *extension;
        bool good;
    } rows[] = {
        {NULL, true},
        {"", true},
        {"safetensors", true},
        {"PT", true},
        {"0123456789abcdef", true},
        {"0123456789abcdefg", false},
        {"tar.gz", false},
        {".pt", false},
        {"p t", false},
        {"a/b", false},
        {"\xc3\xa9", false},
        {"a\n", false},
        {"p-t", false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct znn_memory memory = {0};
        struct znn_compress_options options = {.struct_size = sizeof(struct znn_compress_options),
                                               .extension = rows[i].extension};
        enum znn_status status = compress_nothing(&options, &memory);
        assert_int_equal(status, rows[i].good ? ZNN_OK : ZNN_ERROR_ARGUMENT);
        if (rows[i].good) {
            struct znn_header header = ZNN_INIT(struct znn_header);
            assert_int_equal(znn_read_header(memory.data, memory.size, &header, NULL), ZNN_OK);
            assert_string_equal(header.extension, rows[i].extension ? rows[i].extension : "");
            assert_int_equal(header.format_version, ZNN_FORMAT_VERSION);
        } else {
            assert_int_equal(memory.size, 0);
        }
        free(memory.data);
    }
}

static void test_impossible_levels(void **state)
{
    (void)state;
    static const int levels[] = {-1, 10, INT32_MAX, INT32_MIN};
    for (size_t i = 0; i < sizeof levels / sizeof *levels; i++) {
        struct znn_memory memory = {0};
        struct znn_compress_options options = {.struct_size = sizeof(struct znn_compress_options), .level = levels[i]};
        assert_int_equal(compress_nothing(&options, &memory), ZNN_ERROR_ARGUMENT);
        assert_int_equal(memory.size, 0);
    }
}

static void test_everything_optional_may_be_null(void **state)
{
    (void)state;
    struct znn_input input = znn_input_memory("hello", 5);
    struct znn_memory packed = {0}, memory = {0};
    struct znn_output output = znn_output_memory(&packed);
    assert_int_equal(znn_compress(&input, &output, NULL, NULL, NULL), ZNN_OK);
    input = znn_input_memory(packed.data, packed.size);
    output = znn_output_memory(&memory);
    assert_int_equal(znn_decompress(&input, &output, NULL, NULL, NULL), ZNN_OK);
    assert_int_equal(memory.size, 5);
    input = znn_input_memory(packed.data, packed.size - 1);
    assert_int_equal(znn_decompress(&input, &output, NULL, NULL, NULL), ZNN_ERROR_CORRUPT);
    free(packed.data);
    free(memory.data);
}

static void check_report(const struct buffer *file, uint64_t tensors, const char *format, const char *header_error)
{
    for (enum way way = WAY_MEMORY; way < WAY_COUNT; way++) {
        struct znn_report packing = ZNN_INIT(struct znn_report), unpacking = ZNN_INIT(struct znn_report);
        struct znn_error error = ZNN_INIT(struct znn_error);
        struct drain drain;
        struct buffer packed = pack_way(file->data, file->size, way, 0, NULL, &packing);
        assert_int_equal(unpack_way(packed.data, packed.size, way, 1, false, &drain, &unpacking, &error), ZNN_OK);
        drain_close(&drain);
        const struct znn_report *reports[] = {&packing, &unpacking};
        for (size_t i = 0; i < 2; i++) {
            assert_int_equal(reports[i]->original_size, file->size);
            assert_int_equal(reports[i]->compressed_size, packed.size);
            assert_int_equal(reports[i]->tensors, tensors);
            assert_string_equal(reports[i]->format, format);
            if (header_error)
                assert_string_equal(reports[i]->header_error, header_error);
            else
                assert_null(reports[i]->header_error);
        }
        znn_buffer_free(&packed);
    }
}

static void test_reports(void **state)
{
    (void)state;
    struct random random = random_start(__func__);
    struct buffer file = make_safetensors(&random, 7, 100);
    check_report(&file, 7, "safetensors", NULL);
    znn_buffer_free(&file);
    static const char header[] = "{\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,2]}}";
    uint8_t length[8];
    store_le64(length, sizeof header - 1);
    put_bytes(&file, length, 8);
    put_bytes(&file, header, sizeof header - 1);
    put_bytes(&file, "xx", 2);
    check_report(&file, 0, "safetensors", "TensorInvalidInfo");
    file.size = 5;
    check_report(&file, 0, "bytes", "HeaderTooSmall");
    znn_buffer_free(&file);
    put_bytes(&file, "plain text, which is no model", 29);
    check_report(&file, 0, "bytes", "HeaderTooLarge");
    znn_buffer_free(&file);
}

struct watch {
    uint64_t original, compressed;
    unsigned calls;
    atomic_int inside;
    bool wrong;
};

static int note_progress(void *context, uint64_t original, uint64_t compressed)
{
    struct watch *watch = context;
    watch->wrong = watch->wrong || atomic_fetch_add(&watch->inside, 1) != 0;
    watch->wrong = watch->wrong || original <= watch->original || compressed <= watch->compressed;
    watch->original = original;
    watch->compressed = compressed;
    watch->calls++;
    atomic_fetch_sub(&watch->inside, 1);
    return 0;
}

/* One thread at a time, always forward, and in the end all of the original. */
static void test_progress(void **state)
{
    (void)state;
    struct random random = random_start(__func__);
    struct buffer file = make_safetensors(&random, 30, 100000);
    for (unsigned threads = 1; threads <= 4; threads++) {
        struct watch packing = {0}, unpacking = {0};
        struct znn_compress_options options = {.struct_size = sizeof(struct znn_compress_options),
                                               .level = 1,
                                               .threads = threads,
                                               .progress = note_progress,
                                               .progress_context = &packing};
        struct znn_decompress_options back = {.struct_size = sizeof(struct znn_decompress_options),
                                              .threads = threads,
                                              .progress = note_progress,
                                              .progress_context = &unpacking};
        struct buffer packed = pack_way(file.data, file.size, WAY_RANDOM_ACCESS, 0, &options, NULL);
        struct znn_input input = znn_input_memory(packed.data, packed.size);
        struct znn_memory memory = {0};
        struct znn_output output = znn_output_memory(&memory);
        assert_int_equal(znn_decompress(&input, &output, &back, NULL, NULL), ZNN_OK);
        const struct watch *watches[] = {&packing, &unpacking};
        for (size_t i = 0; i < 2; i++) {
            assert_false(watches[i]->wrong);
            assert_int_equal(watches[i]->original, file.size);
            assert_true(watches[i]->compressed <= packed.size && watches[i]->calls > 0);
        }
        assert_int_equal(packing.compressed, unpacking.compressed); /* the end of the last chunk */
        free(memory.data);
        znn_buffer_free(&packed);
    }
    znn_buffer_free(&file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_any_small_file),
        cmocka_unit_test(test_any_large_file),
        cmocka_unit_test(test_tiny_files),
        cmocka_unit_test(test_opaque_sizes_around_the_chunk),
        cmocka_unit_test(test_tensor_sizes_around_the_chunk),
        cmocka_unit_test(test_zeros_are_next_to_nothing),
        cmocka_unit_test(test_noise_grows_by_little),
        cmocka_unit_test(test_output_does_not_depend_on_threads),
        cmocka_unit_test(test_smallest_file),
        cmocka_unit_test(test_levels_take_the_nearest),
        cmocka_unit_test(test_smallest_level_is_the_smallest),
        cmocka_unit_test(test_extensions),
        cmocka_unit_test(test_impossible_levels),
        cmocka_unit_test(test_everything_optional_may_be_null),
        cmocka_unit_test(test_reports),
        cmocka_unit_test(test_progress),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

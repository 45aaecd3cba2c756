/*
 * test_sweep.c - a sweep predicts exactly what rounding does
 */
#include "lossy_files.h"

static void check_point(const struct buffer *file, const struct znn_lossy *lossy, const struct znn_point *total)
{
    struct znn_compress_options options = {.struct_size = sizeof(struct znn_compress_options), .lossy = *lossy};
    struct znn_memory compressed = compress(file, &options, NULL), decoded = decompress(&compressed, NULL);
    struct znn_input input = znn_input_memory(compressed.data, compressed.size);
    struct znn_reader *reader;
    double most = 0, square = 0;
    uint64_t zeros = 0;
    assert_int_equal(znn_reader_open(&input, NULL, &reader, NULL), ZNN_OK);
    for (size_t i = 0; i < znn_reader_tensor_count(reader); i++) {
        struct znn_tensor tensor = ZNN_INIT(struct znn_tensor);
        znn_reader_tensor(reader, i, &tensor);
        for (uint64_t at = tensor.offset; at < tensor.offset + tensor.size; at += tensor.bits / 8) {
            if (memcmp(file->data + at, decoded.data + at, tensor.bits / 8) == 0)
                continue;
            double x = number_at(tensor.dtype, file->data + at), y = number_at(tensor.dtype, decoded.data + at);
            most = fabs(x - y) > most ? fabs(x - y) : most;
            square += (x - y) * (x - y);
            zeros += y == 0 && x != 0;
        }
    }
    assert_true(total->max_error == most);
    assert_true(total->zeros == zeros);
    assert_true(fabs(total->square_error - square) <= square * 1e-9);
    znn_reader_close(reader);
    free(compressed.data);
    free(decoded.data);
}

struct watch {
    uint64_t last;
    unsigned calls;
};

/* Progress never goes back. */
static int watch_tick(void *context, uint64_t original, uint64_t compressed)
{
    struct watch *watch = context;
    (void)compressed;
    assert_true(original >= watch->last);
    watch->last = original;
    watch->calls++;
    return 0;
}

static void test_progress(void **state)
{
    (void)state;
    struct random random = random_start(__func__);
    static const unsigned bits[] = {14, 7, 3};
    struct model_file file = make_model(&random, 4, 400000);
    struct watch watch = {0};
    struct znn_compress_options options = {
        .struct_size = sizeof(struct znn_compress_options), .progress = watch_tick, .progress_context = &watch};
    struct znn_sweep *sweep;
    struct znn_input input = znn_input_memory(file.bytes.data, file.bytes.size);
    assert_int_equal(znn_sweep_make(&input, &options, bits, 3, &sweep, NULL), ZNN_OK);
    assert_true(watch.calls >= 3);
    assert_true(watch.last == 3 * (uint64_t)file.bytes.size);
    znn_sweep_free(sweep);
    model_file_free(&file);
}

static void test_sweep(void **state)
{
    (void)state;
    struct random random = random_start(__func__);
    static const unsigned bits[] = {14, 7, 3};
    for (int round = 0; round < 6; round++) {
        struct model_file file = make_model(&random, 4, 40000);
        struct znn_compress_options options = {.struct_size = sizeof(struct znn_compress_options),
                                               .lossy = {.rounding = (enum znn_rounding)(round % 2)}};
        struct znn_sweep *sweep;
        struct znn_input input = znn_input_memory(file.bytes.data, file.bytes.size);
        assert_int_equal(znn_sweep_make(&input, &options, bits, 3, &sweep, NULL), ZNN_OK);
        assert_int_equal(znn_sweep_tensor_count(sweep), file.count);
        for (size_t i = 0; i < 3; i++) {
            struct znn_report report = ZNN_INIT(struct znn_report);
            struct znn_point total = ZNN_INIT(struct znn_point), point = ZNN_INIT(struct znn_point);
            struct znn_tensor tensor = ZNN_INIT(struct znn_tensor);
            struct znn_lossy lossy = {.mode = ZNN_FIXED_POINT, .bits = bits[i], .rounding = options.lossy.rounding};
            uint64_t size = 0;
            znn_sweep_total(sweep, i, &report, &total);
            struct znn_compress_options one = {.struct_size = sizeof(struct znn_compress_options), .lossy = lossy};
            struct znn_memory compressed = compress(&file.bytes, &one, NULL);
            assert_true(report.compressed_size == compressed.size);
            for (size_t k = 0; k < file.count; k++) {
                znn_sweep_tensor(sweep, k, i, &tensor, &point);
                assert_int_equal(point.bits, bits[i]);
                size += point.parameters > 0 ? point.compressed_size : 0;
            }
            assert_true(size == total.compressed_size);
            check_point(&file.bytes, &lossy, &total);
            free(compressed.data);
        }
        znn_sweep_free(sweep);
        model_file_free(&file);
    }
}

static void test_sweep_refuses(void **state)
{
    (void)state;
    static const unsigned bits[] = {14}, too_many[] = {ZNN_BITS_MAX + 1};
    struct feed feed = {.data = "anything", .size = 8};
    struct znn_input stream = feed_input(&feed, WAY_STREAM), memory = znn_input_memory("anything", 8);
    struct znn_sweep *sweep;
    assert_int_equal(znn_sweep_make(&stream, NULL, bits, 1, &sweep, NULL), ZNN_ERROR_ARGUMENT);
    assert_int_equal(znn_sweep_make(&memory, NULL, too_many, 1, &sweep, NULL), ZNN_ERROR_ARGUMENT);
    struct buffer text = {.data = (uint8_t *)(uintptr_t) "anything", .size = 8};
    struct znn_memory compressed = compress(&text, NULL, NULL);
    struct znn_input znn = znn_input_memory(compressed.data, compressed.size);
    assert_int_equal(znn_sweep_make(&znn, NULL, bits, 1, &sweep, NULL), ZNN_ERROR_ARGUMENT);
    assert_null(sweep);
    free(compressed.data);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_progress),
        cmocka_unit_test(test_sweep),
        cmocka_unit_test(test_sweep_refuses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

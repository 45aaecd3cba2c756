/*
 * test_far.c - bytes that are written past the caches arrive
 *
 * znn writes only results of 32 MiB and more past the caches, judging by the size of the room for them.  So the test
 * gives small files such a room, and starts them at any place of a cache line.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "models.h"
#include "packing.h"
#include "planes.h"
#include "platform/far_copy.h"

static void test_copies(void **state)
{
    (void)state;
    struct random random = random_start(__func__);
    uint8_t source[1024], target[1024], before[1024];
    for (size_t size = 0; size < 400; size++)
        for (int round = 0; round < 20; round++) {
            size_t from = random_below(&random, 100), to = random_below(&random, 200);
            for (size_t i = 0; i < sizeof source; i++) {
                source[i] = (uint8_t)random_u64(&random);
                before[i] = target[i] = (uint8_t)random_u64(&random);
            }
            znn_far_copy(target + to, source + from, size);
            znn_far_fence();
            memcpy(before + to, source + from, size);
            assert_memory_equal(target, before, sizeof target);
        }
}

/* A file of large tensors, so that groups have several pairs of blocks. */
static struct buffer make_planes(struct random *random)
{
    struct buffer file = {0};
    static const char header[] = "{\"a\":{\"dtype\":\"BF16\",\"shape\":[700001],\"data_offsets\":[0,1400002]},"
                                 "\"b\":{\"dtype\":\"F32\",\"shape\":[300000],\"data_offsets\":[1400002,2600002]},"
                                 "\"c\":{\"dtype\":\"F64\",\"shape\":[50000],\"data_offsets\":[2600002,3000002]}}";
    uint8_t length[8];
    store_le64(length, sizeof header - 1);
    put_bytes(&file, length, sizeof length);
    put_bytes(&file, header, sizeof header - 1);
    put_weights(random, &file, 1400002, 2);
    put_weights(random, &file, 1200000, 4);
    put_weights(random, &file, 400000, 8);
    return file;
}

static void check(const struct buffer *file, uint8_t *room, size_t shift)
{
    for (unsigned threads = 1; threads <= 4; threads += 3) {
        struct znn_compress_options packing = {.struct_size = sizeof(struct znn_compress_options), .threads = threads};
        struct znn_decompress_options unpacking = {.struct_size = sizeof(struct znn_decompress_options),
                                                   .threads = threads};
        struct buffer packed = pack(file->data, file->size, ZNN_LEVEL_DEFAULT);
        struct znn_input input = znn_input_memory(file->data, file->size);
        struct znn_output output = znn_output_fixed(room + shift, FAR_FROM);
        struct znn_report report = ZNN_INIT(struct znn_report);
        assert_int_equal(znn_compress(&input, &output, &packing, &report, NULL), ZNN_OK);
        assert_int_equal(report.compressed_size, packed.size);
        assert_memory_equal(room + shift, packed.data, packed.size);

        memset(room, 0x5a, file->size + shift + 1);
        input = znn_input_memory(packed.data, packed.size);
        output = znn_output_fixed(room + shift, FAR_FROM);
        assert_int_equal(znn_decompress(&input, &output, &unpacking, &report, NULL), ZNN_OK);
        assert_int_equal(report.original_size, file->size);
        if (file->size > 0)
            assert_memory_equal(room + shift, file->data, file->size);
        assert_int_equal(room[shift + file->size], 0x5a);
        assert_true(shift == 0 || room[shift - 1] == 0x5a);
        znn_buffer_free(&packed);
    }
}

static void test_far_results(void **state)
{
    (void)state;
    struct random random = random_start(__func__);
    uint8_t *room = malloc(FAR_FROM + 64);
    assert_non_null(room);
    for (int round = 0; round < 24; round++) {
        struct buffer file = round % 6 == 0 ? make_planes(&random) : make_any_file(&random, 20000);
        check(&file, room, random_below(&random, 64));
        znn_buffer_free(&file);
    }
    free(room);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_copies),
        cmocka_unit_test(test_far_results),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

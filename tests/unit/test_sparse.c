/*
 * test_sparse.c - numbers with many zeros
 */
#include "model_files.h"

#include "transform/bits.h"
#include "transform/sparse.h"

#define COUNT_MAX 3000

static void test_split(void **state)
{
    (void)state;
    static uint8_t data[8 * COUNT_MAX], back[8 * COUNT_MAX];
    struct random random = random_start(__func__);
    for (int round = 0; round < 300; round++) {
        unsigned width = 1u << random_below(&random, 4);
        size_t count = 1 + random_below(&random, round % 3 ? 40 : COUNT_MAX), share = 1 + random_below(&random, 20);
        size_t map_size = bits_size(count, 1), expected = 0;
        uint8_t *map = malloc(map_size), *kept = malloc((count + 1) * width); /* of just their sizes */
        assert_non_null(map);
        assert_non_null(kept);
        memset(data, 0, count * width);
        for (size_t i = 0; i < count; i++)
            if (i == 0 || random_below(&random, share) == 0) {
                data[i * width + random_below(&random, width)] = 1 + (uint8_t)random_below(&random, 255);
                expected++;
            }
        size_t found = znn_sparse_split(data, count, width, map, kept);
        assert_int_equal(found, expected);
        assert_true(znn_sparse_merge(map, kept, found, count, width, back));
        assert_memory_equal(back, data, count * width);
        assert_false(znn_sparse_merge(map, kept, found + 1, count, width, back));
        map[random_below(&random, map_size)] ^= (uint8_t)(1u << random_below(&random, 8));
        assert_false(znn_sparse_merge(map, kept, found, count, width, back));
        znn_sparse_split(data, count, width, map, kept);
        if (count % 8 != 0) { /* as many bits as before, but one of them is spare; element 0 was kept */
            map[0] &= 0xfe;
            map[map_size - 1] |= (uint8_t)(1u << (count % 8 + random_below(&random, 8 - count % 8)));
            assert_false(znn_sparse_merge(map, kept, found, count, width, back));
        }
        memset(map, 0, map_size);
        assert_false(znn_sparse_merge(map, kept, 0, count, width, back));
        free(map);
        free(kept);
    }
}

/* Half of the elements of each tensor, at random, are zero: that costs about a bit of each, and no more. */
static void test_half_zero(void **state)
{
    (void)state;
    struct random random = random_start(__func__);
    for (int round = 0; round < 20; round++) {
        struct model_file dense = make_model(&random, 2, 100000);
        struct buffer half = {0};
        uint64_t elements = 0;
        assert_true(znn_buffer_append(&half, dense.bytes.data, dense.bytes.size));
        for (size_t i = 0; i < dense.count; i++) {
            const struct known_tensor *tensor = &dense.tensors[i];
            size_t width = znn_dtype_info(tensor->dtype)->word;
            elements += tensor->size / width;
            for (uint64_t at = tensor->offset; at < tensor->offset + tensor->size; at += width)
                if (random_below(&random, 2))
                    memset(half.data + at, 0, width);
        }
        struct znn_memory all = make_znn(&dense.bytes, round % 2 ? 5 : 9), some = make_znn(&half, round % 2 ? 5 : 9);
        struct znn_memory back = {0};
        struct znn_input input = znn_input_memory(some.data, some.size);
        struct znn_output output = znn_output_memory(&back);
        struct znn_decompress_options options = {.struct_size = sizeof(struct znn_decompress_options), .threads = 2};
        assert_int_equal(znn_decompress(&input, &output, &options, NULL, NULL), ZNN_OK);
        assert_int_equal(back.size, half.size);
        assert_memory_equal(back.data, half.data, half.size);
        bool bytes = false; /* a byte has no use for a map: its zeros are told where it is */
        for (size_t i = 0; i < dense.count; i++)
            bytes = bytes || dense.tensors[i].dtype == DTYPE_U8;
        if (!bytes && elements > 20000)
            assert_true(some.size < all.size / 2 + all.size / 50 + elements / 8 + elements / 100 + 1000);
        free(all.data);
        free(some.data);
        free(back.data);
        znn_buffer_free(&half);
        model_file_free(&dense);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_split), cmocka_unit_test(test_half_zero)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * test_salvage_memory.c - salvages into memory, which may hold anything before
 */
#include "model_files.h"

static void test_gaps_are_zeros(void **state)
{
    (void)state;
    enum { CHUNK = 4 << 20, SIZE = 2 * CHUNK };
    struct random random = random_start(__func__);
    struct buffer original = {0};
    assert_true(znn_buffer_reserve(&original, SIZE));
    for (; original.size < SIZE; original.size += 8)
        store_le64(original.data + original.size, random_u64(&random));
    struct znn_memory znn = make_znn(&original, 1);
    uint8_t *target = malloc(SIZE);
    assert_non_null(target);
    memset(target, 0xff, SIZE);
    znn.data[1000] ^= 1; /* within the first chunk */
    struct znn_input input = znn_input_memory(znn.data, znn.size);
    struct znn_output output = znn_output_fixed(target, SIZE);
    struct znn_salvage *salvage;
    assert_int_equal(znn_salvage(&input, &output, NULL, &salvage, NULL), ZNN_OK);
    for (size_t i = 0; i < CHUNK; i++)
        if (target[i] != 0)
            fail_msg("byte %zu of the gap is %u", i, target[i]);
    assert_memory_equal(target + CHUNK, original.data + CHUNK, CHUNK);
    znn_salvage_free(salvage);
    free(target);
    free(znn.data);
    znn_buffer_free(&original);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_gaps_are_zeros),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

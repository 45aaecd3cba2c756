/*
 * test_dtype.c - the table of element types, and sizes computed from it
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "model/model.h"

static void test_plain_types(void **state)
{
    (void)state;
    for (enum dtype i = DTYPE_BYTES; i <= DTYPE_U64; i++) {
        const struct dtype_info *info = znn_dtype_info(i);
        assert_null(info->fields);
        assert_int_equal(info->block_elements, 1);
        assert_int_equal(info->block_bytes, info->bits < 8 ? 1 : info->bits / 8);
        assert_int_equal(info->block_bytes % info->word, 0);
        assert_int_equal(znn_dtype_from_name(info->name, strlen(info->name)), i == DTYPE_BYTES ? DTYPE_BYTES : i);
    }
}

static void test_block_types(void **state)
{
    (void)state;
    for (enum dtype i = DTYPE_Q4_0; i < DTYPE_COUNT; i++) {
        const struct dtype_info *info = znn_dtype_info(i);
        size_t fields = 0, bytes = 0;
        assert_non_null(info->fields);
        for (; info->fields[fields]; fields++)
            bytes += info->fields[fields];
        assert_in_range(fields, 2, BLOCK_FIELDS_MAX);
        assert_int_equal(bytes, info->block_bytes);
        assert_int_equal(info->bits, 8 * info->block_bytes);
        assert_int_equal(info->word, 1);
        assert_int_equal(info->block_elements % 32, 0);
        assert_int_equal(znn_dtype_from_name(info->name, strlen(info->name)), DTYPE_BYTES); /* safetensors has none */
    }
}

/* Bits of an element as ggml's documentation has them, in 1/16. */
static void test_bits_per_weight(void **state)
{
    (void)state;
    static const struct {
        enum dtype dtype;
        unsigned sixteenths;
    } known[] = {
        {DTYPE_Q4_0, 72},    {DTYPE_Q4_1, 80},   {DTYPE_Q5_0, 88},   {DTYPE_Q5_1, 96},    {DTYPE_Q8_0, 136},
        {DTYPE_Q2_K, 42},    {DTYPE_Q3_K, 55},   {DTYPE_Q4_K, 72},   {DTYPE_Q5_K, 88},    {DTYPE_Q6_K, 105},
        {DTYPE_IQ2_XXS, 33}, {DTYPE_IQ2_XS, 37}, {DTYPE_IQ2_S, 41},  {DTYPE_IQ3_XXS, 49}, {DTYPE_IQ3_S, 55},
        {DTYPE_IQ1_S, 25},   {DTYPE_IQ1_M, 28},  {DTYPE_IQ4_XS, 68}, {DTYPE_IQ4_NL, 72},  {DTYPE_TQ1_0, 27},
        {DTYPE_TQ2_0, 33},   {DTYPE_MXFP4, 68},  {DTYPE_NVFP4, 72},  {DTYPE_Q1_0, 18},    {DTYPE_Q2_0, 36},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        const struct dtype_info *info = znn_dtype_info(known[i].dtype);
        assert_int_equal(info->bits * 16u, known[i].sixteenths * info->block_elements);
    }
}

static uint64_t size_of(enum dtype dtype, uint64_t rows, uint64_t columns)
{
    struct buffer shape = {0};
    assert_true(znn_buffer_append_leb128(&shape, rows) && znn_buffer_append_leb128(&shape, columns));
    uint64_t size = znn_tensor_expected_size(dtype, shape.data, 2);
    znn_buffer_free(&shape);
    return size;
}

static void test_expected_size(void **state)
{
    (void)state;
    assert_int_equal(size_of(DTYPE_F32, 3, 5), 60);
    assert_int_equal(size_of(DTYPE_F4, 3, 5), 7);
    assert_int_equal(size_of(DTYPE_F6_E2M3, 2, 2), 3);
    assert_int_equal(size_of(DTYPE_Q8_0, 3, 64), 3 * 2 * 34);
    assert_int_equal(size_of(DTYPE_Q4_K, 7, 512), 7 * 2 * 144);
    assert_int_equal(size_of(DTYPE_IQ1_M, 1, 256), 56);
    assert_int_equal(size_of(DTYPE_Q8_0, 0, 64), 0);
    assert_int_equal(size_of(DTYPE_Q8_0, UINT64_MAX, 64), 0);
    assert_int_equal(size_of(DTYPE_Q4_K, UINT64_MAX / 1152 / 256, 256), UINT64_MAX / 1152 / 256 * 144);
    assert_int_equal(size_of(DTYPE_COUNT, 1, 1), 0);
    assert_int_equal(znn_tensor_expected_size(DTYPE_F64, NULL, 0), 8);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_plain_types),
        cmocka_unit_test(test_block_types),
        cmocka_unit_test(test_bits_per_weight),
        cmocka_unit_test(test_expected_size),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

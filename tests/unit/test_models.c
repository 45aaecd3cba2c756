/*
 * test_models.c - the number formats that convert_model writes
 *
 * Measurements on its files mean something only if real tools write the same.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../models/blocks.h"
#include "support.h"

/* Every half that is a number comes back from the float that it is. */
static void test_f16(void **state)
{
    (void)state;
    for (uint32_t half = 0; half <= UINT16_MAX; half++)
        if ((half & 0x7c00) != 0x7c00)
            assert_int_equal(to_f16(from_f16((uint16_t)half)), half);
    assert_int_equal(to_f16(1.0f), 0x3c00);
    assert_int_equal(to_f16(-2.0f), 0xc000);
    assert_int_equal(to_f16(1.0f + 0x1p-11f), 0x3c00); /* half a step: to the even one */
    assert_int_equal(to_f16(1.0f + 0x3p-11f), 0x3c02);
    assert_int_equal(to_f16(0x1p-24f), 1);
    assert_int_equal(to_f16(0x1p-25f), 0);
    assert_int_equal(to_f16(0x1.8p-25f), 1);
    assert_int_equal(to_f16(1e9f), 0x7bff);
}

static void test_f8(void **state)
{
    (void)state;
    static const struct {
        float number;
        uint8_t byte;
    } known[] = {{0.0f, 0},         {-0.0f, 0x80},  {1.0f, 0x38},  {-1.0f, 0xb8},   {1.0625f, 0x38}, {1.1875f, 0x3a},
                 {448.0f, 0x7e},    {1e6f, 0x7e},   {0x1p-6f, 8},  {0x1p-9f, 1},    {0x1p-10f, 0},   {0x1.8p-10f, 1},
                 {0x1.fp-7f, 0x08}, {240.0f, 0x77}, {0.02f, 0x0a}, {-0.0195f, 0x8a}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        assert_int_equal(to_f8_e4m3(known[i].number), known[i].byte);
}

static void fill_normal(struct random *random, float *x, size_t count, float scale)
{
    for (size_t i = 0; i < count; i++) {
        float sum = -6;
        for (int k = 0; k < 12; k++)
            sum += (float)(random_u64(random) >> 40) * 0x1p-24f;
        x[i] = sum * scale;
    }
}

/* No element is further off than half a step, but for the scale's own rounding. */
static void test_q8_0(void **state)
{
    (void)state;
    struct random random = random_start("test_q8_0");
    float x[Q8_0_ELEMENTS];
    uint8_t block[Q8_0_BYTES];
    for (int n = 0; n < 1000; n++) {
        fill_normal(&random, x, Q8_0_ELEMENTS, 0.02f);
        quantize_q8_0(x, block);
        float scale = from_f16(load_le16(block));
        for (int i = 0; i < Q8_0_ELEMENTS; i++)
            assert_true(fabsf(scale * (int8_t)block[2 + i] - x[i]) <= 0.6f * scale);
    }
    memset(x, 0, sizeof x);
    quantize_q8_0(x, block);
    assert_memory_equal(block, (const uint8_t[Q8_0_BYTES]){0}, Q8_0_BYTES);
}

/* Reads a block as a loader would. */
static void dequantize_q4_k(const uint8_t block[Q4_K_BYTES], float x[Q4_K_ELEMENTS])
{
    float d = from_f16(load_le16(block)), m = from_f16(load_le16(block + 2));
    const uint8_t *packed = block + 4, *q = block + 16;
    for (int i = 0; i < Q4_K_ELEMENTS; i++) {
        int sub = i / SUB_BLOCK, low = sub % 4;
        int scale = sub < 4 ? packed[low] & 63 : (packed[8 + low] & 15) | packed[low] >> 6 << 4;
        int minimum = sub < 4 ? packed[4 + low] & 63 : packed[8 + low] >> 4 | packed[4 + low] >> 6 << 4;
        int pair = q[sub / 2 * SUB_BLOCK + i % SUB_BLOCK];
        x[i] = d * (float)scale * (float)(sub % 2 ? pair >> 4 : pair & 15) - m * (float)minimum;
    }
}

/* A root mean square error of about 7 % is usual for normally distributed weights. */
static void test_q4_k(void **state)
{
    (void)state;
    struct random random = random_start("test_q4_k");
    float x[Q4_K_ELEMENTS], back[Q4_K_ELEMENTS];
    uint8_t block[Q4_K_BYTES];
    double error = 0, all = 0;
    for (int n = 0; n < 200; n++) {
        fill_normal(&random, x, Q4_K_ELEMENTS, 0.02f);
        quantize_q4_k(x, block);
        dequantize_q4_k(block, back);
        for (int i = 0; i < Q4_K_ELEMENTS; i++) {
            error += (double)(back[i] - x[i]) * (double)(back[i] - x[i]);
            all += (double)x[i] * (double)x[i];
        }
    }
    assert_true(sqrt(error / all) > 0.05 && sqrt(error / all) < 0.085);
    memset(x, 0, sizeof x);
    quantize_q4_k(x, block);
    assert_memory_equal(block, (const uint8_t[Q4_K_BYTES]){0}, Q4_K_BYTES);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_f16),
        cmocka_unit_test(test_f8),
        cmocka_unit_test(test_q8_0),
        cmocka_unit_test(test_q4_k),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

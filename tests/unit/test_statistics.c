/*
 * test_statistics.c - compares estimates from byte counts with results by hand or by the C library's logarithm
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "codec/small_logs.h"
#include "codec/statistics.h"
#include "support.h"

/* The correction of Miller and Madow, in 1/ENTROPY_ONE bit: (values - 1) / (2 ln 2 total). */
static double correction(const struct statistics *statistics)
{
    return (znn_statistics_values(statistics) - 1) * 0.7213475204444817 * ENTROPY_ONE / statistics->total;
}

static void expect_near(double value, double expected, double tolerance)
{
    if (value < expected - tolerance || value > expected + tolerance)
        fail_msg("%f instead of %f", value, expected);
}

static struct statistics make_counts(const uint32_t *counts, size_t size)
{
    struct statistics statistics = {{0}, 0};
    for (size_t i = 0; i < size; i++) {
        statistics.count[(i * 37 + 11) % 256] = counts[i];
        statistics.total += counts[i];
    }
    return statistics;
}

static void test_log2_of_powers_is_exact(void **state)
{
    (void)state;
    for (uint32_t k = 0; k < 32; k++)
        assert_int_equal(znn_log2(UINT32_C(1) << k), k * ENTROPY_ONE);
}

static void test_log2_is_monotone(void **state)
{
    (void)state;
    struct random random = random_start(__func__);
    uint32_t last = 0;
    for (uint32_t x = 1; x < 100000; x++) {
        uint32_t log = znn_log2(x);
        assert_true(log >= last);
        last = log;
    }
    for (int round = 0; round < 100000; round++) {
        uint32_t x = (uint32_t)(random_u64(&random) >> (32 + random_below(&random, 31))) | 1;
        uint32_t step = (uint32_t)random_below(&random, x < UINT32_MAX / 2 ? x : UINT32_MAX - x + 1);
        assert_true(znn_log2(x) <= znn_log2(x + step));
    }
    assert_true(znn_log2(UINT32_MAX) < 32 * ENTROPY_ONE);
}

/* log2(x) + log2(y) is log2(xy), and each is rounded down. */
static void test_log2_of_products(void **state)
{
    (void)state;
    struct random random = random_start(__func__);
    for (int round = 0; round < 100000; round++) {
        uint32_t x = (uint32_t)random_below(&random, 65535) + 1;
        uint32_t y = (uint32_t)random_below(&random, 65535) + 1;
        uint32_t sum = znn_log2(x) + znn_log2(y);
        uint32_t product = znn_log2(x * y);
        assert_true(product + 1 >= sum && product <= sum + 3);
    }
}

static void test_log2_known_values(void **state)
{
    (void)state;
    expect_near(znn_log2(3), 1.584962500721156 * ENTROPY_ONE, 1.5);
    expect_near(znn_log2(10), 3.321928094887362 * ENTROPY_ONE, 1.5);
    expect_near(znn_log2(1000003), 19.93157289 * ENTROPY_ONE, 1.5);
    expect_near(znn_log2(UINT32_MAX), 32.0 * ENTROPY_ONE, 1.5);
}

static void test_small_logs_are_the_same(void **state)
{
    (void)state;
    assert_int_equal(znn_small_logs[0], 0);
    for (uint32_t x = 1; x < SMALL_LOGS; x++)
        assert_int_equal(znn_small_logs[x], znn_log2(x));
}

static void test_nothing_and_one_value(void **state)
{
    (void)state;
    struct statistics statistics;
    znn_statistics_count(&statistics, NULL, 0);
    assert_int_equal(statistics.total, 0);
    assert_int_equal(znn_statistics_values(&statistics), 0);
    assert_int_equal(znn_statistics_entropy(&statistics), 0);
    assert_int_equal(znn_statistics_huffman(&statistics), 0);
    znn_statistics_count(&statistics, (const uint8_t *)"aaaaaaa", 7);
    assert_int_equal(statistics.count['a'], 7);
    assert_int_equal(znn_statistics_values(&statistics), 1);
    assert_int_equal(znn_statistics_entropy(&statistics), 0);
    assert_int_equal(znn_statistics_huffman(&statistics), 0);
}

static void test_entropy_of_known_distributions(void **state)
{
    (void)state;
    static const struct {
        uint32_t counts[8];
        double bits;
    } rows[] = {
        {{1u << 20, 1u << 20}, 1.0},
        {{3000000, 1000000}, 0.8112781244591328},
        {{1000000, 1000000, 1000000, 1000000}, 2.0},
        {{4000000, 2000000, 1000000, 500000, 500000}, 1.875},
        {{999999, 1}, 0.0000213739},
        {{1000000, 1000000, 1000000, 1000000, 1000000}, 2.321928094887362},
        {{1 << 28, 1 << 28, 1 << 28, 1 << 28, 1 << 28, 1 << 28, 1 << 28, 1 << 28}, 3.0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct statistics statistics = make_counts(rows[i].counts, 8);
        expect_near(znn_statistics_entropy(&statistics), rows[i].bits * ENTROPY_ONE + correction(&statistics), 3);
    }
}

static void test_entropy_is_at_most_8_bits(void **state)
{
    (void)state;
    struct statistics statistics = {{0}, 256};
    for (size_t v = 0; v < 256; v++)
        statistics.count[v] = 1;
    assert_int_equal(znn_statistics_entropy(&statistics), 8 * ENTROPY_ONE);
    assert_int_equal(znn_statistics_huffman(&statistics), 8 * ENTROPY_ONE);
}

static void test_huffman_of_the_textbook(void **state)
{
    (void)state;
    static const struct {
        uint32_t counts[8];
        uint32_t bits; /* in all */
    } rows[] = {
        {{45, 13, 12, 16, 9, 5}, 224}, /* Cormen et al., Introduction to Algorithms, section 16.3 */
        {{1, 1}, 2},
        {{1000, 1}, 1001},
        {{1, 1, 1}, 5},
        {{1, 1, 2, 3, 5, 8, 13, 21}, 7 + 7 + 12 + 15 + 20 + 24 + 26 + 21},
        {{10, 10, 10, 10, 10, 10, 10, 10}, 240},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct statistics statistics = make_counts(rows[i].counts, 8);
        double expected = (double)rows[i].bits * ENTROPY_ONE / statistics.total + correction(&statistics);
        expect_near(znn_statistics_huffman(&statistics), expected, 1);
    }
}

/* Huffman codes lose less than a bit over the entropy, and never beat it; but for what was rounded off. */
static void test_huffman_is_above_the_entropy(void **state)
{
    (void)state;
    struct random random = random_start(__func__);
    for (int round = 0; round < 2000; round++) {
        struct statistics statistics = {{0}, 0};
        size_t values = 2 + random_below(&random, 255);
        unsigned shift = (unsigned)random_below(&random, 24);
        for (size_t v = 0; v < values; v++) {
            statistics.count[v] = 1 + (uint32_t)(random_u64(&random) >> (40 + random_below(&random, shift + 1)));
            statistics.total += statistics.count[v];
        }
        uint32_t entropy = znn_statistics_entropy(&statistics);
        uint32_t huffman = znn_statistics_huffman(&statistics);
        assert_true(huffman + 3 >= entropy);
        assert_true(huffman < entropy + ENTROPY_ONE + 3);
    }
}

static void test_counts_are_exact_for_all_sizes(void **state)
{
    (void)state;
    struct random random = random_start(__func__);
    uint8_t bytes[300];
    for (size_t size = 0; size <= sizeof bytes; size++) {
        uint32_t expected[256] = {0};
        for (size_t i = 0; i < size; i++)
            expected[bytes[i] = (uint8_t)random_below(&random, 5)]++;
        struct statistics statistics;
        znn_statistics_count(&statistics, bytes, size);
        assert_int_equal(statistics.total, size);
        assert_memory_equal(statistics.count, expected, sizeof expected);
    }
}

static void test_sample_of_little_is_all(void **state)
{
    (void)state;
    uint8_t bytes[1000] = {0};
    bytes[999] = 1;
    struct statistics statistics;
    znn_statistics_sample(&statistics, bytes, sizeof bytes, 1000);
    assert_int_equal(statistics.total, 1000);
    assert_int_equal(statistics.count[1], 1);
    znn_statistics_sample(&statistics, bytes, 100, 70);
    assert_int_equal(statistics.total, 100);
}

/* Of every tenth of the data about a tenth of the sample, the first and the last bytes included. */
static void test_sample_is_spread_evenly(void **state)
{
    (void)state;
    static const size_t sizes[] = {20000, 99991, 1 << 20, (16 << 20) + 1};
    for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++) {
        size_t size = sizes[k];
        uint8_t *bytes = malloc(size);
        assert_non_null(bytes);
        for (size_t i = 0; i < size; i++)
            bytes[i] = (uint8_t)((uint64_t)i * 10 / size);
        bytes[0] = 100;
        bytes[size - 1] = 200;
        struct statistics statistics;
        znn_statistics_sample(&statistics, bytes, size, 16384);
        assert_int_equal(statistics.total, 16384);
        assert_int_equal(statistics.count[100], 1);
        assert_int_equal(statistics.count[200], 1);
        for (size_t v = 0; v < 10; v++)
            expect_near(statistics.count[v], 1638, 130);
        free(bytes);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_log2_of_powers_is_exact),
        cmocka_unit_test(test_log2_is_monotone),
        cmocka_unit_test(test_log2_of_products),
        cmocka_unit_test(test_log2_known_values),
        cmocka_unit_test(test_small_logs_are_the_same),
        cmocka_unit_test(test_nothing_and_one_value),
        cmocka_unit_test(test_entropy_of_known_distributions),
        cmocka_unit_test(test_entropy_is_at_most_8_bits),
        cmocka_unit_test(test_huffman_of_the_textbook),
        cmocka_unit_test(test_huffman_is_above_the_entropy),
        cmocka_unit_test(test_counts_are_exact_for_all_sizes),
        cmocka_unit_test(test_sample_of_little_is_all),
        cmocka_unit_test(test_sample_is_spread_evenly),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

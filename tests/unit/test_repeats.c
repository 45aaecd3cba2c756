/*
 * test_repeats.c - the probe finds repeats at any distance, and none if there are none
 *
 * Only the threshold of 20 per mille matters: above it, znn tries the full compressor.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "codec/repeats.h"
#include "support.h"

#define PAYS 20

static uint8_t *make_noise(struct random *random, size_t size, unsigned values)
{
    uint8_t *bytes = malloc(size);
    assert_non_null(bytes);
    for (size_t i = 0; i < size; i++)
        bytes[i] = (uint8_t)(random_u64(random) % values);
    return bytes;
}

static void test_small_data_is_always_worth_a_try(void **state)
{
    (void)state;
    static const uint8_t bytes[4095];
    assert_int_equal(znn_repeats_probe(bytes, 0, 12), 1000);
    assert_int_equal(znn_repeats_probe(bytes, 1, 64), 1000);
    assert_int_equal(znn_repeats_probe(bytes, sizeof bytes, 64), 1000);
}

static void test_noise_has_none(void **state)
{
    (void)state;
    struct random random = random_start(__func__);
    static const size_t sizes[] = {4096, 5000, 65536, 300007, 1 << 20, 5 << 20};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        uint8_t *bytes = make_noise(&random, sizes[i], 256);
        assert_int_equal(znn_repeats_probe(bytes, sizes[i], 12), 0);
        assert_int_equal(znn_repeats_probe(bytes, sizes[i], 64), 0);
        free(bytes);
    }
}

/* Skewed bytes agree by chance over short contexts only. */
static void test_skewed_noise_has_none_in_a_long_context(void **state)
{
    (void)state;
    struct random random = random_start(__func__);
    uint8_t *bytes = make_noise(&random, 1 << 20, 3);
    assert_true(znn_repeats_probe(bytes, 1 << 20, 40) < PAYS);
    assert_true(znn_repeats_probe(bytes, 1 << 20, 8) > PAYS);
    free(bytes);
}

/* Noise that starts anew after `distance` bytes. */
static void test_every_distance_is_seen(void **state)
{
    (void)state;
    struct random random = random_start(__func__);
    static const size_t distances[] = {1, 2, 7, 64, 100, 256, 257, 1000, 4096, 4099, 65536, 100003, 500000};
    static const size_t sizes[] = {4096, 10000, 65536, 1 << 20, (1 << 20) + 12345};
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++)
        for (size_t d = 0; d < sizeof distances / sizeof *distances; d++) {
            size_t distance = distances[d];
            if (2 * distance > sizes[s])
                continue;
            uint8_t *bytes = make_noise(&random, sizes[s], 256);
            for (size_t i = distance; i < sizes[s]; i++)
                bytes[i] = bytes[i - distance];
            unsigned share = znn_repeats_probe(bytes, sizes[s], 12);
            if (share < 200)
                fail_msg("%zu bytes, repeated after %zu: only %u", sizes[s], distance, share);
            assert_true(share <= 1000);
            free(bytes);
        }
}

/* Every other 4 KiB are the same, first the even ones, then the odd ones. */
static void test_half_of_repeats_is_about_half(void **state)
{
    (void)state;
    struct random random = random_start(__func__);
    for (size_t odd = 0; odd < 2; odd++) {
        size_t size = 1 << 20;
        uint8_t *bytes = make_noise(&random, size, 256);
        for (size_t at = 4096 * (odd + 2); at < size; at += 8192)
            memcpy(bytes + at, bytes + 4096 * odd, 4096);
        unsigned share = znn_repeats_probe(bytes, size, 12);
        if (share < 100 || share > 900)
            fail_msg("%u of 1000, of the %s blocks", share, odd ? "odd" : "even");
        free(bytes);
    }
}

static void test_constant_data_repeats_throughout(void **state)
{
    (void)state;
    static const uint8_t bytes[100000];
    assert_true(znn_repeats_probe(bytes, sizeof bytes, 64) > 900);
}

/* Exact copies, so that a sanitizer sees any read beyond the end. */
static void test_no_read_beyond_the_end(void **state)
{
    (void)state;
    struct random random = random_start(__func__);
    for (int round = 0; round < 300; round++) {
        size_t size = 4096 + random_below(&random, round % 10 ? 10000 : 1000000);
        uint8_t *bytes = make_noise(&random, size, 1 + (unsigned)random_below(&random, 4));
        assert_true(znn_repeats_probe(bytes, size, 8 + random_below(&random, REPEATS_CONTEXT_MAX - 7)) <= 1000);
        free(bytes);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_small_data_is_always_worth_a_try),
        cmocka_unit_test(test_noise_has_none),
        cmocka_unit_test(test_skewed_noise_has_none_in_a_long_context),
        cmocka_unit_test(test_every_distance_is_seen),
        cmocka_unit_test(test_half_of_repeats_is_about_half),
        cmocka_unit_test(test_constant_data_repeats_throughout),
        cmocka_unit_test(test_no_read_beyond_the_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

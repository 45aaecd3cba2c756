/*
 * test_hash.c - compares XXH3-64 by every kind of vector instruction with the library
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <xxhash.h>

#include "common/hash.h"
#include "platform/cpu.h"
#include "support.h"

#define LONGEST 5000

static void check(enum cpu_level most)
{
    struct random random = random_start(__func__);
    uint8_t *data = malloc(LONGEST);
    assert_non_null(data);
    for (size_t i = 0; i < LONGEST; i++)
        data[i] = (uint8_t)random_u64(&random);
    znn_cpu_limit(most);
    struct hash hash, other;
    assert_true(znn_hash_open(&hash) && znn_hash_open(&other));
    for (size_t size = 0; size < LONGEST; size++) {
        const uint8_t *start = data + random_below(&random, LONGEST - size);
        uint64_t expected = XXH3_64bits(start, size);
        assert_true(znn_hash(start, size) == expected);
        size_t cut = random_below(&random, size + 1);
        znn_hash_start(&hash);
        znn_hash_add(&hash, start, cut);
        znn_hash_copy(&other, &hash);
        znn_hash_add(&hash, start + cut, size - cut);
        assert_true(znn_hash_digest(&hash) == expected);
        znn_hash_add(&other, start + cut, size - cut);
        assert_true(znn_hash_digest(&other) == expected);
    }
    znn_hash_close(&hash);
    znn_hash_close(&other);
    znn_cpu_limit(CPU_BEST);
    free(data);
}

static void test_all_instructions(void **state)
{
    (void)state;
    check(CPU_BEST);
    check(CPU_AVX2);
    check(CPU_PORTABLE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_all_instructions)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

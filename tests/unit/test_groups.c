/*
 * test_groups.c - compares byte groups with an oracle that moves one bit at a time
 *
 * The oracle follows the definition in znn(5): bit k of an element, counted from the least significant, goes to bit
 * (k + R) mod 8W, of which bits 8(W-1-g) to 8(W-1-g)+7 are group g.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "platform/cpu.h"
#include "support.h"
#include "transform/groups.h"

static const unsigned widths[] = {1, 2, 4, 8};

static void split_by_bits(const uint8_t *source, size_t count, unsigned width, unsigned rotation, uint8_t *groups)
{
    memset(groups, 0, count * width);
    for (size_t i = 0; i < count; i++)
        for (unsigned from = 0; from < 8 * width; from++) {
            unsigned to = (from + rotation) % (8 * width);
            unsigned bit = source[i * width + from / 8] >> from % 8 & 1;
            groups[(width - 1 - to / 8) * count + i] |= (uint8_t)(bit << to % 8);
        }
}

/* Blocks of just the bytes that they hold, at an address that is `shift` beyond an aligned one. */
struct block {
    uint8_t *base;
    uint8_t *bytes;
};

static struct block make_block(size_t size, size_t shift)
{
    struct block block;
    block.base = malloc(size + shift + 1);
    assert_non_null(block.base);
    memset(block.base, 0xa5, size + shift + 1);
    block.bytes = block.base + shift;
    return block;
}

static void check_guards(const struct block *block, size_t size)
{
    for (const uint8_t *p = block->base; p < block->bytes; p++)
        assert_int_equal(*p, 0xa5);
    assert_int_equal(block->bytes[size], 0xa5);
}

/* Splits and merges random elements, each group and the row of elements at its own odd place. */
static void check(struct random *random, size_t count, unsigned width, unsigned rotation)
{
    size_t size = count * width;
    struct block source = make_block(size, random_below(random, 16));
    struct block target = make_block(size, random_below(random, 16));
    struct block expected = make_block(size, 0);
    struct block split[GROUPS_MAX];
    uint8_t *groups[GROUPS_MAX] = {0};
    const uint8_t *sources[GROUPS_MAX] = {0};
    for (size_t i = 0; i < size; i++)
        source.bytes[i] = (uint8_t)random_u64(random);
    for (unsigned g = 0; g < width; g++) {
        split[g] = make_block(count, random_below(random, 16));
        sources[g] = groups[g] = split[g].bytes;
    }
    split_by_bits(source.bytes, count, width, rotation, expected.bytes);
    znn_groups_split(source.bytes, count, width, rotation, groups);
    znn_groups_merge(sources, count, width, rotation, target.bytes);
    for (unsigned g = 0; g < width; g++) {
        check_guards(&split[g], count);
        if (memcmp(groups[g], expected.bytes + g * count, count) != 0)
            fail_msg("width %u, rotation %u, %zu elements: group %u is wrong", width, rotation, count, g);
        free(split[g].base);
    }
    check_guards(&source, size);
    check_guards(&target, size);
    if (memcmp(target.bytes, source.bytes, size) != 0)
        fail_msg("width %u, rotation %u, %zu elements: merging is wrong", width, rotation, count);
    free(source.base);
    free(target.base);
    free(expected.base);
}

static void test_all_rotations(void **state)
{
    (void)state;
    struct random random = random_start(__func__);
    for (size_t w = 0; w < sizeof widths / sizeof *widths; w++)
        for (unsigned rotation = 0; rotation < 8 * widths[w]; rotation++)
            for (int round = 0; round < 8; round++)
                check(&random, random_below(&random, 300), widths[w], rotation);
}

/* Vector code has a body and a tail: every count has its own share of both. */
static void test_all_counts(void **state)
{
    (void)state;
    struct random random = random_start(__func__);
    for (size_t w = 0; w < sizeof widths / sizeof *widths; w++)
        for (size_t count = 0; count <= 200; count++)
            for (int round = 0; round < 3; round++)
                check(&random, count, widths[w], round == 0 ? 1 : (unsigned)random_below(&random, 8 * widths[w]));
}

static void test_many_elements(void **state)
{
    (void)state;
    struct random random = random_start(__func__);
    for (size_t w = 0; w < sizeof widths / sizeof *widths; w++)
        check(&random, 20000 + random_below(&random, 1000), widths[w], (unsigned)random_below(&random, 8 * widths[w]));
}

static void test_sign_goes_last(void **state)
{
    (void)state;
    static const uint8_t minus_two[] = {0x00, 0x00, 0x00, 0xc0}; /* sign 1, exponent 0x80, mantissa 0 */
    uint8_t bytes[4];
    uint8_t *groups[] = {bytes, bytes + 1, bytes + 2, bytes + 3};
    znn_groups_split(minus_two, 1, 4, 1, groups);
    assert_memory_equal(bytes, "\x80\x00\x00\x01", 4);

    static const uint8_t minus_one_bf16[] = {0x81, 0xbf}; /* sign 1, exponent 0x7f, mantissa 1 */
    znn_groups_split(minus_one_bf16, 1, 2, 1, groups);
    assert_memory_equal(bytes, "\x7f\x03", 2);
}

static void test_opaque_bytes_stay(void **state)
{
    (void)state;
    uint8_t bytes[7] = {0};
    uint8_t *groups[] = {bytes};
    znn_groups_split((const uint8_t *)"opaque", 7, 1, 0, groups);
    assert_string_equal((const char *)bytes, "opaque");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_all_rotations),     cmocka_unit_test(test_all_counts),
        cmocka_unit_test(test_many_elements),     cmocka_unit_test(test_sign_goes_last),
        cmocka_unit_test(test_opaque_bytes_stay),
    };
    static const enum cpu_level levels[] = {CPU_BEST, CPU_AVX2, CPU_PORTABLE};
    int failed = 0;
    for (size_t i = 0; i < sizeof levels / sizeof *levels; i++) {
        znn_cpu_limit(levels[i]);
        failed += cmocka_run_group_tests(tests, NULL, NULL);
    }
    return failed;
}

/*
 * test_fixed_block.c - compares turning blocks of floats into streams in one pass with the separate steps
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "platform/cpu.h"
#include "support.h"
#include "transform/bits.h"
#include "transform/fixed_block.h"

/* Streams with room behind them, which nothing may touch. */
#define ROOM (FIXED_BLOCK + 8)

struct streams {
    uint8_t groups[FIXED_GROUPS_MAX][ROOM], signs[ROOM], map[ROOM], restored[8 * ROOM];
};

static void hide(unsigned sets)
{
    znn_cpu_limit(sets > 1 ? CPU_PORTABLE : sets > 0 ? CPU_AVX2 : CPU_BEST);
}

/* A layout that the elements' integers, with magnitudes of at most `length` bits, fit. */
static struct fixed_layout random_layout(struct random *random, const struct fixed_point *fixed, unsigned length)
{
    struct fixed_layout layout = {.fixed = *fixed};
    do {
        enum fixed_form form = random_below(random, 2) ? FIXED_ZIGZAG : FIXED_SIGNS_APART;
        unsigned top = 1 + (unsigned)random_below(random, 8);
        layout.shape = znn_fixed_shape(fixed->type == FIXED_F64, form, length, top);
    } while (layout.shape.groups > znn_fixed_width(fixed->type));
    layout.is_packed = layout.shape.shift > 0 && random_below(random, 2);
    return layout;
}

/* Floats of the size that the layout's integers allow, with exceptions now and then. */
static void fill(struct random *random, const struct fixed_point *fixed, uint8_t *source, size_t count, bool strange)
{
    static const unsigned exponents[] = {5, 8, 8, 11};
    const unsigned width = znn_fixed_width(fixed->type), exponent = exponents[fixed->type];
    const unsigned mantissa = 8 * width - 1 - exponent, bias = (1u << (exponent - 1)) - 1;
    for (size_t i = 0; i < count; i++) {
        uint64_t field = bias - random_below(random, bias < 40 ? bias + 1 : 40);
        uint64_t bits = field << mantissa | (random_u64(random) & ((UINT64_C(1) << mantissa) - 1));
        bits |= (random_u64(random) & 1) << (8 * width - 1);
        if (strange && random_below(random, 40) == 0)
            bits = random_below(random, 2) ? random_u64(random) : UINT64_C(1) << (8 * width - 1);
        for (unsigned b = 0; b < width; b++)
            source[i * width + b] = (uint8_t)(bits >> 8 * b);
    }
}

/* Step by step, as fixed_block.h says. */
static size_t encode_in_steps(const struct fixed_layout *layout, const uint8_t *source, size_t count,
                              struct streams *to)
{
    int32_t narrow[FIXED_BLOCK];
    int64_t wide[FIXED_BLOCK];
    uint8_t negative[FIXED_BLOCK], exceptions[FIXED_BLOCK];
    uint8_t *groups[FIXED_GROUPS_MAX];
    bool is_wide = layout->shape.is_wide;
    union fixed_values values = {.of32 = narrow};
    if (is_wide)
        values.of64 = wide;
    size_t found = znn_fixed_cast(&layout->fixed, source, count, values, to->restored).exceptions;
    for (size_t i = 0; i < count; i++) {
        exceptions[i] = is_wide ? wide[i] == FIXED_EXCEPTION64 : narrow[i] == FIXED_EXCEPTION32;
        if (exceptions[i] && is_wide)
            wide[i] = 0;
        else if (exceptions[i])
            narrow[i] = 0;
    }
    for (unsigned k = 0; k < layout->shape.groups; k++)
        groups[k] = to->groups[k];
    znn_fixed_split(&layout->shape, values, count, groups, negative);
    if (layout->shape.form == FIXED_SIGNS_APART)
        znn_bits_pack(negative, count, 1, to->signs);
    znn_bits_pack(exceptions, count, 1, to->map);
    if (layout->is_packed) {
        uint8_t *last = groups[layout->shape.groups - 1], numbers[FIXED_BLOCK];
        for (size_t i = 0; i < count; i++)
            numbers[i] = (uint8_t)(last[i] >> layout->shape.shift);
        memset(last, 0xa5, count);
        znn_bits_pack(numbers, count, 8 - layout->shape.shift, last);
    }
    return found;
}

static void check_decode(const struct fixed_layout *layout, const struct streams *streams, size_t count)
{
    const unsigned width = znn_fixed_width(layout->fixed.type);
    uint8_t target[8 * ROOM];
    const uint8_t *groups[FIXED_GROUPS_MAX];
    for (unsigned k = 0; k < layout->shape.groups; k++)
        groups[k] = streams->groups[k];
    for (unsigned sets = 0; sets < 3; sets++) {
        memset(target, 0xa5, sizeof target);
        hide(sets);
        assert_true(znn_fixed_decode_block(layout, groups, streams->signs, count, target));
        hide(0);
        for (size_t i = 0; i < count; i++) {
            static const uint8_t zero[8];
            bool is_exception = streams->map[i / 8] >> i % 8 & 1;
            assert_memory_equal(target + i * width, is_exception ? zero : streams->restored + i * width, width);
        }
        assert_int_equal(target[count * width], 0xa5);
    }
}

static void test_as_in_steps(void **state)
{
    (void)state;
    static uint8_t source[8 * FIXED_BLOCK];
    static struct streams expected, streams;
    struct random random = random_start(__func__);
    size_t with_exceptions = 0;
    for (int round = 0; round < 3000; round++) {
        struct fixed_point fixed = {.type = (enum fixed_type)random_below(&random, 4)};
        fixed.bits = (unsigned)random_below(&random, znn_fixed_bits_max(fixed.type) + 1);
        fixed.floor = random_below(&random, 2);
        fixed.exact_zero = random_below(&random, 2);
        fixed.length = znn_fixed_width(fixed.type) == 2 && random_below(&random, 2) ? 16 : 0;
        size_t count = 1 + random_below(&random, random_below(&random, 4) ? FIXED_BLOCK : 70), exceptions;
        fill(&random, &fixed, source, count, random_below(&random, 2));
        unsigned length = znn_fixed_measure(&fixed, source, count, &exceptions);
        if (znn_fixed_shape(fixed.type == FIXED_F64, FIXED_ZIGZAG, length, 8).groups > znn_fixed_width(fixed.type))
            continue;
        struct fixed_layout layout = random_layout(&random, &fixed, length);
        memset(&expected, 0xa5, sizeof expected);
        assert_true(encode_in_steps(&layout, source, count, &expected) == exceptions);
        for (unsigned sets = 0; sets < 3; sets++) {
            uint8_t *groups[FIXED_GROUPS_MAX];
            memset(&streams, 0xa5, sizeof streams);
            for (unsigned k = 0; k < layout.shape.groups; k++)
                groups[k] = streams.groups[k];
            hide(sets);
            size_t found =
                znn_fixed_encode_block(&layout, source, count, groups, streams.signs, streams.map, streams.restored);
            hide(0);
            assert_true(found == exceptions);
            assert_memory_equal(&streams, &expected, sizeof streams);
        }
        check_decode(&layout, &streams, count);
        with_exceptions += exceptions > 0;
    }
    assert_true(with_exceptions > 500);
}

/* Streams of anything: all sets of instructions find the same of them to be elements, and the same elements. */
static void test_same_refusals(void **state)
{
    (void)state;
    static uint8_t room[FIXED_GROUPS_MAX][ROOM], signs[ROOM], targets[3][8 * ROOM];
    struct random random = random_start(__func__);
    size_t refused = 0, decoded = 0;
    for (int round = 0; round < 3000; round++) {
        struct fixed_layout layout = {.fixed = {.type = (enum fixed_type)random_below(&random, 4)}};
        const unsigned width = znn_fixed_width(layout.fixed.type);
        layout.fixed.bits = (unsigned)random_below(&random, znn_fixed_bits_max(layout.fixed.type) + 1);
        layout.shape = (struct fixed_shape){
            .is_wide = width == 8,
            .form = random_below(&random, 2) ? FIXED_ZIGZAG : FIXED_SIGNS_APART,
            .groups = 1 + (unsigned)random_below(&random, width),
            .shift = (unsigned)random_below(&random, 8),
        };
        layout.is_packed = layout.shape.shift > 0 && random_below(&random, 2);
        const uint8_t *groups[FIXED_GROUPS_MAX];
        size_t count = 1 + random_below(&random, 300), strange = random_below(&random, count);
        unsigned places = 8 * (layout.shape.groups - 1);
        /* Numbers of few bits, which most types have, but for one. */
        memset(room, 0, sizeof room);
        for (size_t i = 0; i < count; i++) {
            uint64_t u = random_u64(&random) & 127;
            if (i == strange)
                u = random_u64(&random) >> random_below(&random, 64);
            for (unsigned k = 0; k < layout.shape.groups; k++)
                room[k][i] = (uint8_t)(u << layout.shape.shift >> (places - 8 * k));
            signs[i] = (uint8_t)random_u64(&random);
        }
        for (unsigned k = 0; k < layout.shape.groups; k++)
            groups[k] = room[k];
        bool fine[3];
        for (unsigned sets = 0; sets < 3; sets++) {
            hide(sets);
            fine[sets] = znn_fixed_decode_block(&layout, groups, signs, count, targets[sets]);
            hide(0);
            assert_int_equal(fine[sets], fine[0]);
            if (fine[0])
                assert_memory_equal(targets[sets], targets[0], count * width);
        }
        refused += !fine[0];
        decoded += fine[0];
    }
    assert_true(refused > 300 && decoded > 300);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_as_in_steps),
        cmocka_unit_test(test_same_refusals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

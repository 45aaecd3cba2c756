/*
 * test_scaled.c - codes are predicted from numbers and scales
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fenv.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "common/bytes.h"
#include "support.h"
#include "transform/scaled.h"

#define COUNT_MAX 1500

static const enum float_type numbers[] = {FLOAT_F16, FLOAT_BF16, FLOAT_F32};
static const unsigned targets[] = {SCALED_I8, FLOAT_F8_E5M2, FLOAT_F8_E4M3};

/* Numbers, scales, and how to combine them. */
struct draft {
    struct scaling scaling;
    struct scaled_types types;
    size_t count, scale_count;
    uint8_t numbers[4 * COUNT_MAX], scales[4 * COUNT_MAX];
};

static float float_at(enum float_type type, const uint8_t *bytes, size_t i)
{
    uint8_t wide[4];
    float value;
    znn_float_convert(type, FLOAT_F32, FLOAT_NEAREST, bytes + i * znn_float_width(type), 1, wide);
    uint32_t bits = load_le32(wide);
    memcpy(&value, &bits, sizeof value);
    return value;
}

static float rounded(enum float_type type, float value)
{
    uint8_t wide[4], narrow[4];
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    store_le32(wide, bits);
    znn_float_convert(FLOAT_F32, type, FLOAT_NEAREST, wide, 1, narrow);
    return float_at(type, narrow, 0);
}

/* ------------------------------------------------------------------------------------------------------------------ */
/* A slow implementation                                                                                              */
/* ------------------------------------------------------------------------------------------------------------------ */

static float quotient(const struct draft *draft, float x, float a)
{
    const enum float_type from = draft->types.from;
    const unsigned way = draft->scaling.way;
    const double divisor = draft->scaling.divisor;
    float s = (float)((double)a / divisor), y;
    if (s == 0.0f)
        return x;
    float factor = (way & 3) == 1 ? (float)(1.0 / (double)s) : (way & 3) == 2 ? (float)(divisor / (double)a) : s;
    if (way & 8 && (way & 3) != 3)
        factor = rounded(from, factor);
    y = (way & 3) == 0 ? (float)((double)x / (double)s) : (float)((double)x * (double)factor);
    return way & 4 ? rounded(from, y) : y;
}

/* Finds the code among all codes. */
static uint8_t find_code(unsigned to, enum float_rounding rounding, float y)
{
    if (isnan(y))
        return to == SCALED_I8 ? 0 : 0x7f;
    if (to == SCALED_I8) {
        double limited = y > 127.0f ? 127.0 : y < -128.0f ? -128.0 : (double)y;
        return (uint8_t)(int)(rounding == FLOAT_TRUNCATE ? trunc(limited) : rint(limited));
    }
    uint8_t sign = signbit(y) ? 0x80 : 0, best = 0;
    const uint8_t last = to == FLOAT_F8_E5M2 ? 0x7b : 0x7e;
    const double most = to == FLOAT_F8_E5M2 ? 57344 : 448;
    double size = fabs((double)y) < most ? fabs((double)y) : most, least = INFINITY;
    for (unsigned code = 0; code <= last; code++) {
        const uint8_t byte = (uint8_t)code;
        double distance = size - (double)float_at((enum float_type)to, &byte, 0);
        if (rounding == FLOAT_TRUNCATE && distance < 0)
            continue;
        distance = fabs(distance);
        if (distance < least || (distance == least && code % 2 == 0)) {
            least = distance;
            best = byte;
        }
    }
    return sign | best;
}

static uint8_t expected_code(const struct draft *draft, size_t i)
{
    const struct scale_grid *grid = &draft->scaling.grid;
    uint64_t row = (grid->start + i) / grid->columns, column = (grid->start + i) % grid->columns;
    uint64_t tiles = (grid->columns + grid->width - 1) / grid->width;
    uint64_t scale = row / grid->height * tiles + column / grid->width;
    assert_true(scale < draft->scale_count);
    float x = float_at(draft->types.from, draft->numbers, i);
    float a = float_at((enum float_type)draft->scaling.type, draft->scales, (size_t)scale);
    return find_code(draft->types.to, draft->types.rounding, quotient(draft, x, a));
}

/* ------------------------------------------------------------------------------------------------------------------ */
/* Random numbers                                                                                                     */
/* ------------------------------------------------------------------------------------------------------------------ */

/* Mostly numbers of usual sizes, and some of any bits. */
static void draw_floats(struct random *random, enum float_type type, unsigned exponent, size_t count, uint8_t *target)
{
    for (size_t i = 0; i < count; i++) {
        uint32_t bits = (uint32_t)random_u64(random);
        uint8_t wide[4];
        if (random_below(random, 50) > 0)
            bits = (bits & 0x807fffff) | (exponent + (uint32_t)random_below(random, 12)) << 23;
        store_le32(wide, bits);
        znn_float_convert(FLOAT_F32, type, FLOAT_NEAREST, wide, 1, target + i * znn_float_width(type));
    }
}

static void draw(struct random *random, struct draft *draft)
{
    struct scale_grid *grid = &draft->scaling.grid;
    do {
        draft->count = 1 + random_below(random, COUNT_MAX);
        grid->columns = 1 + (uint32_t)random_below(random, 300);
        grid->width = 1 + (uint32_t)random_below(random, grid->columns);
        grid->height = 1 + (uint32_t)random_below(random, 9);
        grid->start = random_below(random, (size_t)grid->columns * grid->height);
        draft->scale_count = (size_t)znn_scale_count(grid, draft->count);
    } while (draft->scale_count > draft->count);
    draft->types.from = numbers[random_below(random, 3)];
    draft->types.to = targets[random_below(random, 3)];
    draft->types.rounding = (enum float_rounding)random_below(random, 2);
    draft->scaling.type = (uint8_t)numbers[random_below(random, 3)];
    draft->scaling.way = (uint8_t)random_below(random, SCALED_WAYS);
    draft->scaling.divisor = (uint16_t)(1 + random_below(random, 500));
    draw_floats(random, draft->types.from, 115, draft->count, draft->numbers);
    draw_floats(random, (enum float_type)draft->scaling.type, 112, draft->scale_count, draft->scales);
}

static void predict(const struct draft *draft, uint64_t first, size_t count, uint8_t *codes)
{
    static float operands[COUNT_MAX];
    znn_scaled_operands(&draft->scaling, draft->types.from, draft->scales, draft->scale_count, operands);
    znn_scaled_predict(&draft->scaling, &draft->types, operands, first,
                       draft->numbers + first * znn_float_width(draft->types.from), count, codes);
}

/* ------------------------------------------------------------------------------------------------------------------ */
/* Tests                                                                                                              */
/* ------------------------------------------------------------------------------------------------------------------ */

/* As a slow implementation finds them, also from any element on. */
static void test_all_ways(void **state)
{
    static struct draft draft;
    static uint8_t codes[COUNT_MAX], some[COUNT_MAX];
    struct random random = random_start(__func__);
    (void)state;
    for (int round = 0; round < 500; round++) {
        draw(&random, &draft);
        predict(&draft, 0, draft.count, codes);
        for (size_t i = 0; i < draft.count; i++)
            if (codes[i] != expected_code(&draft, i))
                fail_msg("element %zu in way %u from %u to %u: %u, not %u", i, (unsigned)draft.scaling.way,
                         (unsigned)draft.types.from, draft.types.to, (unsigned)codes[i],
                         (unsigned)expected_code(&draft, i));
        size_t first = random_below(&random, draft.count), count = 1 + random_below(&random, draft.count - first);
        predict(&draft, first, count, some);
        assert_memory_equal(some, codes + first, count);
    }
}

/* The caller's way of rounding changes nothing. */
static void test_caller_rounds_otherwise(void **state)
{
    static const int directions[] = {FE_UPWARD, FE_DOWNWARD, FE_TOWARDZERO};
    static struct draft draft;
    static uint8_t usual[COUNT_MAX], other[COUNT_MAX];
    struct random random = random_start(__func__);
    (void)state;
#if !defined(__x86_64__) && !defined(__aarch64__)
    skip();
#endif
    for (int round = 0; round < 300; round++) {
        draw(&random, &draft);
        predict(&draft, 0, draft.count, usual);
        fesetround(directions[round % 3]);
        predict(&draft, 0, draft.count, other);
        assert_int_equal(fegetround(), directions[round % 3]);
        fesetround(FE_TONEAREST);
        assert_memory_equal(usual, other, draft.count);
    }
}

/* Which NaN a number or a scale is changes nothing, and neither does its sign. */
static void test_nans_are_alike(void **state)
{
    static const uint32_t nans[] = {0x7fc00000, 0xffc00000, 0x7f800001, 0xffffffff};
    const struct scaled_types types[] = {{FLOAT_F32, SCALED_I8, FLOAT_NEAREST},
                                         {FLOAT_F32, FLOAT_F8_E4M3, FLOAT_NEAREST},
                                         {FLOAT_F32, FLOAT_F8_E5M2, FLOAT_TRUNCATE}};
    (void)state;
    for (unsigned way = 0; way < SCALED_WAYS; way++)
        for (int t = 0; t < 3; t++)
            for (int n = 0; n < 8; n++) {
                const struct scaling scaling = {{0, 1, 1, 1}, 3, FLOAT_F32, (uint8_t)way};
                uint8_t number[4], scale[4], code;
                float operand;
                store_le32(number, n < 4 ? nans[n] : 0x3f800000);
                store_le32(scale, n < 4 ? 0x3f800000 : nans[n - 4]);
                znn_scaled_operands(&scaling, FLOAT_F32, scale, 1, &operand);
                znn_scaled_predict(&scaling, &types[t], &operand, 0, number, 1, &code);
                assert_int_equal(code, t == 0 ? 0 : 0x7f);
            }
}

/* By the numbers of the tiles of all elements. */
static void test_scale_count(void **state)
{
    struct random random = random_start(__func__);
    const struct scale_grid large = {(uint64_t)UINT32_MAX * UINT32_MAX - 1, UINT32_MAX, UINT32_MAX, 1};
    (void)state;
    for (int round = 0; round < 3000; round++) {
        struct scale_grid grid = {.columns = 1 + (uint32_t)random_below(&random, 20)};
        grid.width = 1 + (uint32_t)random_below(&random, grid.columns);
        grid.height = 1 + (uint32_t)random_below(&random, 5);
        grid.start = random_below(&random, (size_t)grid.columns * grid.height);
        uint64_t count = 1 + random_below(&random, 200);
        uint64_t last_row = 0, tiles = 0;
        for (uint64_t i = 0; i < count; i++)
            last_row = (grid.start + i) / grid.columns / grid.height;
        for (uint64_t column = 0; column < grid.columns; column += grid.width)
            tiles++;
        assert_int_equal(znn_scale_count(&grid, count), (last_row + 1) * tiles);
    }
    assert_int_equal(znn_scale_count(&large, 1), UINT32_MAX);
    assert_int_equal(znn_scale_count(&large, 2), 2 * (uint64_t)UINT32_MAX);
}

/* Scales that are quotients of short numbers are found to be that. */
static void test_short_scales(void **state)
{
    static const unsigned divisors[] = {1, 127, 240, 448, 65535};
    static uint8_t right[2 * 600], wide[4 * 600], found[4 * 600];
    struct random random = random_start(__func__);
    (void)state;
    for (unsigned d = 0; d < 5; d++)
        for (int t = 0; t < 2; t++) {
            draw_floats(&random, numbers[t], 115, 600, right);
            for (size_t i = 0; i < 600; i++) {
                float scale = float_at(numbers[t], right, i);
                scale = (float)((double)(isfinite(scale) ? scale : 1.0f) / divisors[d]);
                uint32_t bits;
                memcpy(&bits, &scale, sizeof bits);
                store_le32(wide + 4 * i, bits);
            }
            assert_true(znn_scales_shorten(wide, 600, FLOAT_F32, 1, found));
            assert_memory_equal(found, wide, sizeof wide);
            assert_true(znn_scales_shorten(wide, 600, numbers[t], divisors[d], found));
            wide[4 * random_below(&random, 600)] ^= 1;
            assert_true(d > 0 || !znn_scales_shorten(wide, 600, numbers[t], divisors[d], found));
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_all_ways),       cmocka_unit_test(test_caller_rounds_otherwise),
        cmocka_unit_test(test_nans_are_alike), cmocka_unit_test(test_scale_count),
        cmocka_unit_test(test_short_scales),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

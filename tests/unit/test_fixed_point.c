/*
 * test_fixed_point.c - compares the fixed-point cast with an oracle that follows the definition bit by bit
 *
 * The oracle takes a float as m * 2^e, and shifts m one place at a time.  The test also checks the promises of the
 * cast: it stays within the bound, restoring gives the elements that the cast announced, and a second cast changes
 * nothing.  All instruction sets must give the same result, also if the data are cut anywhere.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "platform/cpu.h"
#include "support.h"
#include "transform/bits.h"
#include "transform/fixed_groups.h"
#include "transform/fixed_point.h"

static const struct layout {
    enum fixed_type type;
    unsigned mantissa, exponent;
} layouts[] = {{FIXED_F16, 10, 5}, {FIXED_BF16, 7, 8}, {FIXED_F32, 23, 8}, {FIXED_F64, 52, 11}};

#define TYPES (sizeof layouts / sizeof *layouts)

static unsigned total_bits(const struct layout *layout)
{
    return 1 + layout->mantissa + layout->exponent;
}

/* ---------------------------------------------------------------------------------------------------------------- */
/* The oracle                                                                                                       */
/* ---------------------------------------------------------------------------------------------------------------- */

struct outcome {
    bool is_exception;
    int64_t value;
};

/* m * 2^places, rounded; places below -70 give what -70 does.  False where it has more than `limit` bits. */
static bool shift_and_round(uint64_t m, int places, bool up, bool even, unsigned limit, uint64_t *result)
{
    bool half = false, below_half = false;
    for (; places > 0; places--) {
        if (m >> 62)
            return false;
        m <<= 1;
    }
    for (places = places < -70 ? -70 : places; places < 0; places++) {
        below_half = below_half || half;
        half = m & 1;
        m >>= 1;
    }
    if (up && (half || below_half))
        m++;
    if (even && half && (below_half || m & 1))
        m++;
    *result = m;
    return m >> limit == 0;
}

static struct outcome oracle(const struct layout *layout, const struct fixed_point *fixed, uint64_t bits)
{
    unsigned total = total_bits(layout);
    bool negative = bits >> (total - 1);
    uint64_t mantissa = bits & ((UINT64_C(1) << layout->mantissa) - 1);
    int exponent = (int)(bits >> layout->mantissa & ((1u << layout->exponent) - 1));
    int bias = (1 << (layout->exponent - 1)) - 1;
    uint64_t magnitude;
    if (exponent == (1 << layout->exponent) - 1)
        return (struct outcome){.is_exception = true};
    if (exponent == 0 && mantissa == 0 && negative && fixed->exact_zero)
        return (struct outcome){.is_exception = true};
    uint64_t m = exponent > 0 ? mantissa | UINT64_C(1) << layout->mantissa : mantissa;
    int places = (exponent > 0 ? exponent : 1) - bias - (int)layout->mantissa + (int)fixed->bits;
    unsigned limit = fixed->length ? fixed->length : fixed->type == FIXED_F64 ? 63 : 31;
    if (!shift_and_round(m, places, fixed->floor && negative, !fixed->floor, limit, &magnitude))
        return (struct outcome){.is_exception = true};
    return (struct outcome){.value = negative ? -(int64_t)magnitude : (int64_t)magnitude};
}

/* ---------------------------------------------------------------------------------------------------------------- */
/* Elements                                                                                                         */
/* ---------------------------------------------------------------------------------------------------------------- */

static uint64_t load_element(const uint8_t *p, unsigned width)
{
    uint64_t bits = 0;
    for (unsigned i = 0; i < width; i++)
        bits |= (uint64_t)p[i] << 8 * i;
    return bits;
}

static void store_element(uint8_t *p, unsigned width, uint64_t bits)
{
    for (unsigned i = 0; i < width; i++)
        p[i] = (uint8_t)(bits >> 8 * i);
}

/* The value of a finite float; exact, as double has all bits of the others. */
static double value_of(const struct layout *layout, uint64_t bits)
{
    int exponent = (int)(bits >> layout->mantissa & ((1u << layout->exponent) - 1));
    int bias = (1 << (layout->exponent - 1)) - 1;
    uint64_t m = bits & ((UINT64_C(1) << layout->mantissa) - 1);
    m |= exponent > 0 ? UINT64_C(1) << layout->mantissa : 0;
    double magnitude = ldexp((double)m, (exponent > 0 ? exponent : 1) - bias - (int)layout->mantissa);
    return bits >> (total_bits(layout) - 1) ? -magnitude : magnitude;
}

/* A length for types that can have one, or none. */
static unsigned random_length(struct random *random, const struct layout *layout)
{
    bool has = layout->type == FIXED_F16 || layout->type == FIXED_BF16;
    return has && random_below(random, 2) ? FIXED_LENGTH_LEAST + (unsigned)random_below(random, 20) : 0;
}

/* Mostly of the size that weights have, often near to where something changes, sometimes anything. */
static uint64_t random_element(struct random *random, const struct layout *layout, unsigned bits)
{
    uint64_t x = random_u64(random);
    uint64_t mask = UINT64_MAX >> (64 - total_bits(layout));
    unsigned field = (1u << layout->exponent) - 1;
    int bias = (1 << (layout->exponent - 1)) - 1;
    int exponent;
    switch (random_below(random, 12)) {
    case 0:
        return x & mask;
    case 1: /* zeros, subnormals */
        x = random_below(random, 2) ? x & mask & ~((uint64_t)field << layout->mantissa) : 0;
        return x | (random_u64(random) & 1) << (total_bits(layout) - 1);
    case 2: /* infinities, NaN, what is next to them */
        exponent = (int)(field - random_below(random, 2));
        x = random_below(random, 2) ? x : random_below(random, 2) ? 0 : UINT64_MAX;
        break;
    case 3: /* the end of the integers' range */
        exponent = bias + (layout->type == FIXED_F64 ? 62 : 30) - (int)bits + (int)random_below(random, 3) - 1;
        x = random_below(random, 2) ? x : UINT64_MAX;
        break;
    case 4: /* halves of a step, and what is next to them */
    case 5:
        exponent = bias - (int)bits - 2 + (int)random_below(random, 6);
        x = (random_u64(random) & UINT64_C(3) << (layout->mantissa - 2)) + random_below(random, 3) - 1;
        break;
    case 6: /* a carry into the next power of two */
        exponent = bias - (int)random_below(random, bits + 2);
        x = UINT64_MAX - random_below(random, 4);
        break;
    default:
        exponent = bias - (int)random_below(random, 12);
        x = random_u64(random);
    }
    exponent = exponent < 0 ? 0 : exponent > (int)field ? (int)field : exponent;
    uint64_t mantissa = x & ((UINT64_C(1) << layout->mantissa) - 1);
    uint64_t sign = random_u64(random) & 1;
    return (sign << layout->exponent | (unsigned)exponent) << layout->mantissa | mantissa;
}

/* ---------------------------------------------------------------------------------------------------------------- */
/* The cast                                                                                                         */
/* ---------------------------------------------------------------------------------------------------------------- */

#define COUNT_MAX 3000

struct room {
    uint8_t source[8 * COUNT_MAX + 1], restored[8 * COUNT_MAX + 1], again[8 * COUNT_MAX + 1];
    int32_t narrow[COUNT_MAX];
    int64_t wide[COUNT_MAX];
};

static union fixed_values values_of(struct room *room, enum fixed_type type)
{
    return fixed_values_in(type, room->narrow, room->wide);
}

static void check_bound(const struct layout *layout, const struct fixed_point *fixed, uint64_t before, uint64_t after)
{
    double x = value_of(layout, before), y = value_of(layout, after);
    double step = ldexp(1, -(int)fixed->bits);
    /* y + step is a multiple of the step, and x - y, if not towards minus infinity, one of x's last place: both exact.
     */
    if (fixed->floor)
        assert_true(y == x || (y < x && x < y + step));
    else
        assert_true(fabs(x - y) <= step / 2);
}

static void check_element(const struct layout *layout, const struct fixed_point *fixed, uint64_t before, uint64_t after,
                          bool is_exception, int64_t value)
{
    struct outcome expected = oracle(layout, fixed, before);
    if (is_exception != expected.is_exception || (!is_exception && value != expected.value))
        fail_msg("type %d, B %u, floor %d, bits %llx: %lld instead of %lld", (int)fixed->type, fixed->bits,
                 fixed->floor, (unsigned long long)before, (long long)value, (long long)expected.value);
    if (is_exception) {
        assert_true(after == before);
        return;
    }
    check_bound(layout, fixed, before, after);
    assert_true(value_of(layout, after) == ldexp((double)value, -(int)fixed->bits)); /* exact in the type */
    if (value == 0)
        assert_true(after == 0);
}

/* Casts the room's source, and checks all that is promised. */
static struct fixed_result check_cast(const struct layout *layout, const struct fixed_point *fixed, struct room *room,
                                      size_t count)
{
    unsigned width = znn_fixed_width(fixed->type);
    union fixed_values values = values_of(room, fixed->type);
    size_t exceptions = 0, measured_exceptions;
    uint64_t magnitudes = 0;
    struct fixed_result result = znn_fixed_cast(fixed, room->source, count, values, room->restored);
    for (size_t i = 0; i < count; i++) {
        int64_t value = fixed->type == FIXED_F64 ? room->wide[i] : room->narrow[i];
        bool is_exception = value == (fixed->type == FIXED_F64 ? FIXED_EXCEPTION64 : FIXED_EXCEPTION32);
        check_element(layout, fixed, load_element(room->source + i * width, width),
                      load_element(room->restored + i * width, width), is_exception, value);
        exceptions += is_exception;
        magnitudes |= is_exception ? 0 : (uint64_t)(value < 0 ? -value : value);
    }
    assert_true(result.exceptions == exceptions);
    assert_true(result.magnitudes == magnitudes);
    unsigned length = znn_fixed_measure(fixed, room->source, count, &measured_exceptions);
    assert_true(measured_exceptions == exceptions);
    assert_true(length <= 63 && magnitudes >> length == 0);
    assert_true(length == 0 || magnitudes >> (length - 1) == 1 || (fixed->floor && magnitudes >> (length - 1) == 0));

    znn_fixed_cast(fixed, room->restored, count, values, room->again);
    assert_memory_equal(room->again, room->restored, count * width);
    return result;
}

static void fill(struct random *random, const struct layout *layout, unsigned bits, struct room *room, size_t count)
{
    unsigned width = znn_fixed_width(layout->type);
    for (size_t i = 0; i < count; i++)
        store_element(room->source + i * width, width, random_element(random, layout, bits));
}

static void test_cast(void **state)
{
    (void)state;
    struct random random = random_start(__func__);
    struct room *room = malloc(sizeof *room);
    assert_non_null(room);
    for (size_t t = 0; t < TYPES; t++)
        for (unsigned bits = 0; bits <= znn_fixed_bits_max(layouts[t].type); bits++)
            for (unsigned mode = 0; mode < 4; mode++) {
                struct fixed_point fixed = {layouts[t].type, bits, mode & 1, mode & 2,
                                            random_length(&random, &layouts[t])};
                size_t count = random_below(&random, 700);
                fill(&random, &layouts[t], bits, room, count);
                check_cast(&layouts[t], &fixed, room, count);
            }
    free(room);
}

/* All there are of 16 bits. */
static void test_all_short_floats(void **state)
{
    (void)state;
    struct room *room = malloc(sizeof *room);
    assert_non_null(room);
    for (size_t t = 0; t < 2; t++)
        for (unsigned bits = 0; bits <= 30; bits += bits % 5 ? 1 : 2)
            for (unsigned mode = 0; mode < 8; mode++) {
                const unsigned lengths[] = {0, 16, 15, 12};
                struct fixed_point fixed = {layouts[t].type, bits, mode & 1, mode & 2, lengths[mode / 2]};
                for (size_t first = 0; first < 65536; first += 2048) {
                    for (size_t i = 0; i < 2048; i++)
                        store_element(room->source + 2 * i, 2, first + i);
                    check_cast(&layouts[t], &fixed, room, 2048);
                }
            }
    free(room);
}

/* ---------------------------------------------------------------------------------------------------------------- */
/* Sets of instructions                                                                                             */
/* ---------------------------------------------------------------------------------------------------------------- */

static void hide(unsigned sets)
{
    znn_cpu_limit(sets > 1 ? CPU_PORTABLE : sets > 0 ? CPU_AVX2 : CPU_BEST);
}

static void test_same_on_all_machines(void **state)
{
    (void)state;
    struct random random = random_start(__func__);
    struct room *room = malloc(sizeof *room), *other = malloc(sizeof *other);
    assert_true(room && other);
    for (int round = 0; round < 2000; round++) {
        const struct layout *layout = &layouts[random_below(&random, TYPES)];
        unsigned bits = (unsigned)random_below(&random, znn_fixed_bits_max(layout->type) + 1);
        struct fixed_point fixed = {layout->type, bits, random_below(&random, 2), random_below(&random, 2),
                                    random_length(&random, layout)};
        size_t count = random_below(&random, 100), size = count * znn_fixed_width(layout->type);
        fill(&random, layout, bits, room, count);
        memcpy(other->source, room->source, size);
        struct fixed_result result =
            znn_fixed_cast(&fixed, room->source, count, values_of(room, fixed.type), room->restored);
        size_t exceptions, other_exceptions;
        unsigned length = znn_fixed_measure(&fixed, room->source, count, &exceptions);
        for (unsigned sets = 1; sets < 3; sets++) {
            hide(sets);
            struct fixed_result same =
                znn_fixed_cast(&fixed, other->source, count, values_of(other, fixed.type), other->restored);
            assert_true(same.magnitudes == result.magnitudes && same.exceptions == result.exceptions);
            assert_memory_equal(other->restored, room->restored, size);
            if (fixed.type == FIXED_F64)
                assert_memory_equal(other->wide, room->wide, count * sizeof *room->wide);
            else
                assert_memory_equal(other->narrow, room->narrow, count * sizeof *room->narrow);
            assert_int_equal(znn_fixed_measure(&fixed, other->source, count, &other_exceptions), length);
            assert_int_equal(other_exceptions, exceptions);
        }
        hide(0);
    }
    free(room);
    free(other);
}

/* ---------------------------------------------------------------------------------------------------------------- */
/* Restoring                                                                                                        */
/* ---------------------------------------------------------------------------------------------------------------- */

/* Whether the type has a float with just this value: whether its cast gives the value back. */
static bool has_float(const struct layout *layout, unsigned bits, int64_t value)
{
    int bias = (1 << (layout->exponent - 1)) - 1, exponent = -(int)bits;
    uint64_t m = (uint64_t)(value < 0 ? -(value + 1) : value) + (value < 0);
    if (m == 0)
        return true;
    for (; m % 2 == 0; m /= 2)
        exponent++;
    int length = 0;
    while (m >> length != 0)
        length++;
    return length <= (int)layout->mantissa + 1 && exponent >= 1 - bias - (int)layout->mantissa &&
           exponent + length - 1 <= bias;
}

static int64_t random_value(struct random *random, bool is_wide)
{
    uint64_t x = random_u64(random) >> random_below(random, 64);
    x <<= random_below(random, 2) ? random_below(random, 64) : 0;
    return is_wide ? (int64_t)x : (int64_t)(int32_t)(uint32_t)x;
}

/* One value that has no float is found among many. */
static void test_restore_refuses(void **state)
{
    (void)state;
    struct random random = random_start(__func__);
    size_t refused = 0, restored = 0;
    for (int round = 0; round < 20000; round++) {
        const struct layout *layout = &layouts[random_below(&random, TYPES)];
        struct fixed_point fixed = {.type = layout->type};
        bool is_wide = layout->type == FIXED_F64;
        fixed.bits = (unsigned)random_below(&random, znn_fixed_bits_max(layout->type) + 1);
        int32_t narrow[40] = {0};
        int64_t wide[40] = {0};
        uint8_t target[40 * 8];
        size_t count = 1 + random_below(&random, 40), place = random_below(&random, count);
        int64_t value = random_value(&random, is_wide);
        narrow[place] = (int32_t)value;
        wide[place] = value;
        bool is_marker = value == (is_wide ? FIXED_EXCEPTION64 : FIXED_EXCEPTION32);
        bool expected = !is_marker && has_float(layout, fixed.bits, value);
        union fixed_values values = {.of32 = narrow};
        if (is_wide)
            values.of64 = wide;
        hide((unsigned)random_below(&random, 3));
        bool fine = znn_fixed_restore(&fixed, values, count, target);
        hide(0);
        if (fine != expected)
            fail_msg("type %d, B %u, value %lld: %d", (int)fixed.type, fixed.bits, (long long)value, fine);
        if (fine) {
            unsigned width = znn_fixed_width(fixed.type);
            assert_true(value_of(layout, load_element(target + place * width, width)) ==
                        ldexp((double)value, -(int)fixed.bits));
        }
        restored += fine;
        refused += !fine;
    }
    assert_true(restored > 1000 && refused > 1000);
}

/* ---------------------------------------------------------------------------------------------------------------- */
/* Groups and bits                                                                                                  */
/* ---------------------------------------------------------------------------------------------------------------- */

static void check_groups(struct random *random, bool is_wide, enum fixed_form form, unsigned length)
{
    int32_t narrow[FIXED_BLOCK], narrow_back[FIXED_BLOCK];
    int64_t wide[FIXED_BLOCK], wide_back[FIXED_BLOCK];
    uint8_t room[8][FIXED_BLOCK], signs[FIXED_BLOCK];
    uint8_t *groups[8];
    const uint8_t *sources[8];
    unsigned top = 1 + (unsigned)random_below(random, 8);
    struct fixed_shape shape = znn_fixed_shape(is_wide, form, length, top);
    if (shape.groups > (is_wide ? 8 : 4))
        shape = znn_fixed_shape(is_wide, form, length, top = 8);
    size_t count = 1 + random_below(random, FIXED_BLOCK);
    union fixed_values values = {.of32 = narrow}, back = {.of32 = narrow_back};
    if (is_wide) {
        values.of64 = wide;
        back.of64 = wide_back;
    }
    for (unsigned k = 0; k < 8; k++)
        sources[k] = groups[k] = room[k];
    for (size_t i = 0; i < count; i++) {
        uint64_t m = length > 0 ? random_u64(random) >> (64 - length) : 0;
        bool negative = random_below(random, 2);
        wide[i] = negative ? -(int64_t)m : (int64_t)m;
        narrow[i] = (int32_t)wide[i];
    }
    hide((unsigned)random_below(random, 3));
    znn_fixed_split(&shape, values, count, groups, signs);
    for (size_t i = 0; i < count; i++) {
        uint64_t m = (uint64_t)(wide[i] < 0 ? -wide[i] : wide[i]);
        uint64_t u = form == FIXED_SIGNS_APART ? m : wide[i] < 0 ? 2 * m - 1 : 2 * m;
        for (unsigned k = 0; k < shape.groups; k++)
            assert_int_equal(room[k][i], (uint8_t)(u << shape.shift >> 8 * (shape.groups - 1 - k)));
        assert_int_equal(room[0][i] >> top, 0);
        assert_int_equal(signs[i], wide[i] < 0);
    }
    hide((unsigned)random_below(random, 3));
    assert_true(znn_fixed_merge(&shape, sources, signs, count, back));
    hide(0);
    if (is_wide)
        assert_memory_equal(wide_back, wide, count * sizeof *wide);
    else
        assert_memory_equal(narrow_back, narrow, count * sizeof *narrow);
}

static void test_groups(void **state)
{
    (void)state;
    struct random random = random_start(__func__);
    for (int round = 0; round < 10; round++)
        for (unsigned length = 0; length <= 63; length++)
            for (int form = FIXED_SIGNS_APART; form <= FIXED_ZIGZAG; form++) {
                check_groups(&random, true, (enum fixed_form)form, length);
                if (length <= 31)
                    check_groups(&random, false, (enum fixed_form)form, length);
            }
}

static void test_too_large_a_magnitude(void **state)
{
    (void)state;
    int32_t narrow[8];
    int64_t wide[8];
    const uint8_t zero[8] = {0}, large[8] = {0, 0, 0, 0x80}, signs[8] = {0};
    const uint8_t *groups[8] = {large, zero, zero, zero, zero, zero, zero, zero};
    for (unsigned sets = 0; sets < 3; sets++) {
        hide(sets);
        struct fixed_shape shape = {.groups = 4};
        assert_false(znn_fixed_merge(&shape, groups, signs, 8, (union fixed_values){.of32 = narrow}));
        shape = (struct fixed_shape){.is_wide = true, .groups = 8};
        assert_false(znn_fixed_merge(&shape, groups, signs, 8, (union fixed_values){.of64 = wide}));
        shape.shift = 1;
        assert_true(znn_fixed_merge(&shape, groups, signs, 8, (union fixed_values){.of64 = wide}));
        assert_true(wide[3] == INT64_C(1) << 62);
    }
    hide(0);
}

static void test_bits(void **state)
{
    (void)state;
    struct random random = random_start(__func__);
    for (unsigned width = 1; width <= 8; width++)
        for (size_t count = 0; count < 200; count++) {
            uint8_t bytes[201], packed[202], unpacked[201];
            size_t size = bits_size(count, width);
            memset(packed, 0xa5, sizeof packed);
            memset(unpacked, 0xa5, sizeof unpacked);
            for (size_t i = 0; i < count; i++)
                bytes[i] = (uint8_t)(random_u64(&random) & ((1u << width) - 1));
            assert_true(size == (count * width + 7) / 8);
            hide((unsigned)random_below(&random, 3));
            znn_bits_pack(bytes, count, width, packed);
            for (size_t b = 0; b < 8 * size; b++)
                assert_int_equal(packed[b / 8] >> b % 8 & 1, b < count * width ? bytes[b / width] >> b % width & 1 : 0);
            hide((unsigned)random_below(&random, 3));
            znn_bits_unpack(packed, count, width, unpacked);
            hide(0);
            assert_memory_equal(unpacked, bytes, count);
            assert_int_equal(packed[size], 0xa5);
            assert_int_equal(unpacked[count], 0xa5);
        }
}

static void test_bits_extract(void **state)
{
    (void)state;
    struct random random = random_start(__func__);
    for (int round = 0; round < 200; round++) {
        uint8_t bytes[3000], before[3000], bits[376];
        size_t count = random_below(&random, sizeof bytes + 1);
        unsigned place = (unsigned)random_below(&random, 8);
        for (size_t i = 0; i < count; i++)
            before[i] = bytes[i] = (uint8_t)random_u64(&random);
        znn_bits_extract(bytes, count, place, bits);
        for (size_t i = 0; i < count; i++) {
            assert_int_equal(bits[i / 8] >> i % 8 & 1, before[i] >> place & 1);
            assert_int_equal(bytes[i], before[i] & ~(1u << place));
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cast),
        cmocka_unit_test(test_all_short_floats),
        cmocka_unit_test(test_same_on_all_machines),
        cmocka_unit_test(test_restore_refuses),
        cmocka_unit_test(test_groups),
        cmocka_unit_test(test_too_large_a_magnitude),
        cmocka_unit_test(test_bits),
        cmocka_unit_test(test_bits_extract),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

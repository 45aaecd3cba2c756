/*
 * test_float_convert.c - compares conversions of floats with a slow reference
 *
 * The reference computes values with double and looks for the nearest number in the target type.  A double holds every
 * number of the smaller types and every middle between two of them exactly.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <string.h>

#include "model/dtype.h"
#include "support.h"
#include "transform/float_convert.h"

static const struct format {
    enum float_type type;
    unsigned width, mantissa;
    int bias;
    uint64_t special; /* the least pattern that is no finite number */
    bool infinite;    /* it is an infinity */
} formats[] = {
    {FLOAT_F8_E5M2, 1, 2, 15, 0x7c, true},     {FLOAT_F8_E4M3, 1, 3, 7, 0x7f, false},
    {FLOAT_F16, 2, 10, 15, 0x7c00, true},      {FLOAT_BF16, 2, 7, 127, 0x7f80, true},
    {FLOAT_F32, 4, 23, 127, 0x7f800000, true}, {FLOAT_F64, 8, 52, 1023, 0x7ff0000000000000, true},
};

enum { FORMATS = sizeof formats / sizeof *formats };

static uint64_t sign_of(const struct format *format)
{
    return UINT64_C(1) << (8 * format->width - 1);
}

/* The value of a pattern without its sign.  The first special one counts as the number that would come next. */
static double value_of(const struct format *format, uint64_t bits)
{
    uint64_t exponent = bits >> format->mantissa;
    uint64_t mantissa = bits & ((UINT64_C(1) << format->mantissa) - 1);
    if (exponent == 0)
        return ldexp((double)mantissa, 1 - format->bias - (int)format->mantissa);
    mantissa |= UINT64_C(1) << format->mantissa;
    return ldexp((double)mantissa, (int)exponent - format->bias - (int)format->mantissa);
}

/* The pattern of a finite value that is not negative, in another type than F64. */
static uint64_t round_to(const struct format *format, double value, enum float_rounding rounding)
{
    uint64_t low = 0, high = format->special; /* the highest pattern whose value is not above */
    while (low < high) {
        uint64_t middle = low + (high - low + 1) / 2;
        if (value_of(format, middle) <= value)
            low = middle;
        else
            high = middle - 1;
    }
    if (low == format->special)
        return rounding == FLOAT_TRUNCATE ? low - 1 : low;
    double below = value - value_of(format, low), above = value_of(format, low + 1) - value;
    if (rounding == FLOAT_TRUNCATE || below < above)
        return low;
    return above < below ? low + 1 : low + (low & 1);
}

/* The pattern of a NaN without its sign. */
static uint64_t convert_nan(const struct format *from, const struct format *to, uint64_t bits)
{
    uint64_t mantissa = bits & ((UINT64_C(1) << from->mantissa) - 1);
    if (to->width == 1)
        return 0x7f;
    uint64_t special = to->special;
    if (to->mantissa >= from->mantissa)
        return special | mantissa << (to->mantissa - from->mantissa);
    return special | mantissa >> (from->mantissa - to->mantissa) | UINT64_C(1) << (to->mantissa - 1);
}

static uint64_t convert_once(const struct format *from, const struct format *to, uint64_t bits,
                             enum float_rounding rounding)
{
    uint64_t sign = bits & sign_of(from) ? sign_of(to) : 0;
    bits &= sign_of(from) - 1;
    if (from == to)
        return sign | bits;
    if (bits > from->special || (bits == from->special && !from->infinite))
        return sign | convert_nan(from, to, bits);
    if (bits == from->special)
        return sign | to->special;
    double value = value_of(from, bits);
    if (to->type != FLOAT_F64)
        return sign | round_to(to, value, rounding);
    memcpy(&bits, &value, sizeof bits);
    return sign | bits;
}

static uint64_t reference(const struct format *from, const struct format *to, uint64_t bits,
                          enum float_rounding rounding)
{
    const struct format *f32 = &formats[4];
    return convert_once(f32, to, convert_once(from, f32, bits, rounding), rounding);
}

static void put(uint8_t *target, unsigned width, uint64_t bits)
{
    for (unsigned b = 0; b < width; b++)
        target[b] = (uint8_t)(bits >> 8 * b);
}

static uint64_t get(const uint8_t *source, unsigned width)
{
    uint64_t bits = 0;
    for (unsigned b = 0; b < width; b++)
        bits |= (uint64_t)source[b] << 8 * b;
    return bits;
}

/* Converts numbers to all types, with each rounding. */
static void check(const struct format *from, const uint8_t *source, size_t count)
{
    static uint8_t target[8 << 16];
    for (const struct format *to = formats; to < formats + FORMATS; to++)
        for (int r = 0; r < FLOAT_ROUNDING_COUNT && to != from; r++) {
            enum float_rounding rounding = (enum float_rounding)r;
            memset(target, 0xa5, count * to->width);
            znn_float_convert(from->type, to->type, rounding, source, count, target);
            for (size_t i = 0; i < count; i++) {
                uint64_t bits = get(source + i * from->width, from->width);
                uint64_t got = get(target + i * to->width, to->width);
                uint64_t expected = reference(from, to, bits, rounding);
                if (got != expected)
                    fail_msg("type %d to %d, rounding %d: %llx gives %llx, not %llx", (int)from->type, (int)to->type, r,
                             (unsigned long long)bits, (unsigned long long)got, (unsigned long long)expected);
            }
        }
}

static void test_all_of_the_small_types(void **state)
{
    static uint8_t source[2 << 16];
    (void)state;
    for (const struct format *from = formats; from < formats + FORMATS && from->width <= 2; from++) {
        size_t count = (size_t)1 << 8 * from->width;
        for (size_t i = 0; i < count; i++)
            put(source + i * from->width, from->width, i);
        check(from, source, count);
    }
}

/* Numbers at and next to the middle of two neighbours in each type, which includes its largest and smallest. */
static void test_borders(void **state)
{
    static uint8_t source[8 << 16];
    (void)state;
    for (const struct format *from = &formats[4]; from < formats + FORMATS; from++)
        for (const struct format *to = formats; to < from; to++) {
            uint64_t step = to->width < 4 ? 1 + to->special / 2000 : to->special / 2000;
            size_t count = 0;
            for (uint64_t bits = 0; bits<to->special; bits += to->special - bits> step ? step : 1 + step / 2) {
                double middle = (value_of(to, bits) + value_of(to, bits + 1)) / 2;
                double low = value_of(to, bits);
                for (int k = 0; k < 2; k++) {
                    uint64_t pattern = round_to(&formats[4], k ? low : middle, FLOAT_NEAREST);
                    if (from->width == 8)
                        memcpy(&pattern, k ? &low : &middle, 8);
                    for (int d = -2; d <= 2; d++, count++)
                        put(source + count * from->width, from->width,
                            (pattern + (uint64_t)(int64_t)d) ^ (d & 1 ? sign_of(from) : 0));
                }
            }
            for (uint64_t bits = to->special - 3; bits < to->special; bits++) { /* towards the overflow */
                double middle = (value_of(to, bits) + value_of(to, bits + 1)) / 2;
                uint64_t pattern = round_to(&formats[4], middle, FLOAT_NEAREST);
                if (from->width == 8)
                    memcpy(&pattern, &middle, 8);
                for (int d = -2; d <= 2; d++, count++)
                    put(source + count * from->width, from->width, pattern + (uint64_t)(int64_t)d);
            }
            assert_true(count <= 1 << 16);
            check(from, source, count);
        }
}

static void test_random(void **state)
{
    static uint8_t source[8 << 12];
    struct random random = random_start("float_convert");
    (void)state;
    for (const struct format *from = &formats[4]; from < formats + FORMATS; from++)
        for (int round = 0; round < 8; round++) {
            size_t count = 1 + (size_t)random_below(&random, 1 << 12);
            for (size_t i = 0; i < count; i++) {
                uint64_t bits = random_u64(&random);
                if (round % 2) { /* of a size that all types know, or nearly */
                    uint64_t exponent = (uint64_t)from->bias - 27 + random_below(&random, 45);
                    bits = (bits & ((UINT64_C(1) << from->mantissa) - 1)) | exponent << from->mantissa |
                           (bits & sign_of(from));
                }
                if (random_below(&random, 8) == 0)
                    bits &= ~UINT64_C(0) << random_below(&random, 8 * (size_t)from->width);
                put(source + i * from->width, from->width, bits);
            }
            check(from, source, count);
        }
}

static void test_some_results(void **state)
{
    static const struct {
        uint32_t f32;
        uint16_t f16, bf16;
        uint8_t e5m2, e4m3;
    } rows[] = {
        {0x3f800000, 0x3c00, 0x3f80, 0x3c, 0x38},
        {0x80000000, 0x8000, 0x8000, 0x80, 0x80},
        {0x7f800000, 0x7c00, 0x7f80, 0x7c, 0x7f},
        {0xff800001, 0xfe00, 0xffc0, 0xff, 0xff},
        {0x7fc00000, 0x7e00, 0x7fc0, 0x7f, 0x7f},
        {0x43e80000, 0x5f40, 0x43e8, 0x5f, 0x7e}, /* 464 */
        {0x43e80001, 0x5f40, 0x43e8, 0x5f, 0x7f},
        {0x477fefff, 0x7bff, 0x4780, 0x7c, 0x7f}, /* below 65520 */
        {0x477ff000, 0x7c00, 0x4780, 0x7c, 0x7f},
        {0x00000001, 0, 0, 0, 0},
        {0x00018000, 0, 0x0002, 0, 0},
        {0x33800000, 0x0001, 0x3380, 0, 0}, /* 2^-24 */
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        uint8_t source[4], target[2];
        put(source, 4, rows[i].f32);
        znn_float_convert(FLOAT_F32, FLOAT_F16, FLOAT_NEAREST, source, 1, target);
        assert_int_equal(get(target, 2), rows[i].f16);
        znn_float_convert(FLOAT_F32, FLOAT_BF16, FLOAT_NEAREST, source, 1, target);
        assert_int_equal(get(target, 2), rows[i].bf16);
        znn_float_convert(FLOAT_F32, FLOAT_F8_E5M2, FLOAT_NEAREST, source, 1, target);
        assert_int_equal(target[0], rows[i].e5m2);
        znn_float_convert(FLOAT_F32, FLOAT_F8_E4M3, FLOAT_NEAREST, source, 1, target);
        assert_int_equal(target[0], rows[i].e4m3);
    }
}

static void test_types(void **state)
{
    (void)state;
    for (int i = 0; i < 256; i++) {
        bool is_float = i == DTYPE_F8_E5M2 || i == DTYPE_F8_E4M3 || i == DTYPE_F16 || i == DTYPE_BF16 ||
                        i == DTYPE_F32 || i == DTYPE_F64;
        assert_int_equal(znn_float_width((unsigned)i), is_float ? znn_dtype_info((enum dtype)i)->word : 0);
    }
    for (const struct format *from = formats; from < formats + FORMATS; from++)
        for (const struct format *to = formats; to < formats + FORMATS; to++) {
            bool exact = to->mantissa >= from->mantissa && to->bias >= from->bias;
            assert_int_equal(znn_float_rounds(from->type, to->type), !exact);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_all_of_the_small_types), cmocka_unit_test(test_borders), cmocka_unit_test(test_random),
        cmocka_unit_test(test_some_results),           cmocka_unit_test(test_types),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * test_max_error.c - finds the precision for a maximum error
 *
 * The bound is a decimal number or a power of two, as users write it.  It is read exactly.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "znn.h"

static void expect_bits(const char *text, int nearest, int floor)
{
    int got = znn_bits_for_error(text, ZNN_ROUND_NEAREST);
    if (got != nearest || znn_bits_for_error(text, ZNN_ROUND_FLOOR) != floor)
        fail_msg("%s: %d and %d", text, got, znn_bits_for_error(text, ZNN_ROUND_FLOOR));
}

static void test_bits_for_error(void **state)
{
    (void)state;
    for (int k = 0; k <= 62; k++) { /* the power itself, the next number below it, and the next above */
        char power[20], exact[100], below[100], above[100];
        snprintf(power, sizeof power, "2^-%d", k);
        snprintf(exact, sizeof exact, "%.70f", ldexp(1, -k));
        snprintf(below, sizeof below, "%.69e", ldexp(1 - ldexp(1, -53), -k));
        snprintf(above, sizeof above, "%.69e", ldexp(1 + ldexp(1, -52), -k));
        expect_bits(power, k > 0 ? k - 1 : 0, k);
        expect_bits(exact, k > 0 ? k - 1 : 0, k);
        expect_bits(below, k, k + 1);
        expect_bits(above, k > 0 ? k - 1 : 0, k);
    }
    expect_bits("0.001", 9, 10);
    expect_bits("1e-7", 23, 24);
    expect_bits("1E-7", 23, 24);
    expect_bits("0.0000001", 23, 24);
    expect_bits("10000e-11", 23, 24);
    expect_bits("00.5", 0, 1);
    expect_bits(".5", 0, 1);
    expect_bits("0.4999999999999999999999999999999999", 1, 2);
    expect_bits("3", 0, 0);
    expect_bits("1e300", 0, 0);
    expect_bits("2^5", 0, 0);
    expect_bits("1e-30", ZNN_BITS_MAX + 1, ZNN_BITS_MAX + 2);
    expect_bits("1e-999999999999", ZNN_BITS_MAX + 1, ZNN_BITS_MAX + 2);
    expect_bits("2^-99999999999", ZNN_BITS_MAX + 1, ZNN_BITS_MAX + 2);
    static const char *const wrong[] = {"",   "0",  "0.0", "-1",  "1e",   "e5",   "2^",     "2^-", "2^x", "1.2.3",
                                        "1 ", " 1", "nan", "inf", "0x1p", "1e5x", "2^-1.5", ".",   "+1",  "1,5"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        expect_bits(wrong[i], -1, -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bits_for_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

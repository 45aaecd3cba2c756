/*
 * test_transforms.c - the two tables of transforms agree, and each has a row for each transform
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "container/format.h"
#include "container/part_format.h"
#include "engine/coding/part_coding.h"

static void test_each_has_a_format(void **state)
{
    (void)state;
    for (unsigned i = 0; i < TRANSFORM_COUNT; i++) {
        const struct part_format *format = znn_part_format(i);
        assert_non_null(format);
        assert_non_null(format->name);
        assert_non_null(format->parse_shape);
        for (unsigned k = 0; k < i; k++)
            assert_string_not_equal(format->name, znn_part_format(k)->name);
        if (format->group_of)
            assert_non_null(format->stream_size);
        assert_int_equal(!format->write_rest, !format->parse_rest);
    }
    assert_null(znn_part_format(TRANSFORM_COUNT));
    assert_null(znn_part_format(UINT8_MAX));
}

/* Streams are in part->streams or in the rest, unless the bytes are found elsewhere. */
static void test_streams_are_somewhere(void **state)
{
    (void)state;
    for (unsigned i = 0; i < TRANSFORM_COUNT; i++) {
        const struct part_format *format = znn_part_format(i);
        assert_int_equal(format->stream_size || format->rest_payload, format->needs != PART_NEEDS_ORIGINAL);
    }
}

static void test_each_has_a_coding(void **state)
{
    (void)state;
    for (unsigned i = 0; i < TRANSFORM_COUNT; i++)
        assert_non_null(znn_part_coding(i)->decode);
}

/* All transforms that can encode any bytes are tried, once, and byte groups, which suit all, come last. */
static void test_all_are_tried(void **state)
{
    (void)state;
    unsigned tried[TRANSFORM_COUNT] = {0};
    for (const struct part_trial *trial = znn_part_trials; trial->transform != TRANSFORM_GROUPS; trial++)
        tried[trial->transform]++;
    tried[TRANSFORM_GROUPS]++;
    for (unsigned i = 0; i < TRANSFORM_COUNT; i++)
        assert_int_equal(tried[i], znn_part_coding(i)->encode ? 1 : 0);
}

/* Transforms that need a base, another chunk, or leave to round, are not tried on bytes alone. */
static void test_trials_need_nothing(void **state)
{
    (void)state;
    for (unsigned i = 0; i < TRANSFORM_COUNT; i++) {
        const struct part_format *format = znn_part_format(i);
        bool special = format->needs != PART_NEEDS_NOTHING || format->is_rounded;
        assert_int_equal(special, !znn_part_coding(i)->encode);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_has_a_format),   cmocka_unit_test(test_streams_are_somewhere),
        cmocka_unit_test(test_each_has_a_coding),   cmocka_unit_test(test_all_are_tried),
        cmocka_unit_test(test_trials_need_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * test_cli_progress.c - the progress line and its numbers
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "cli/say/text.h"
#include "cli/say/units.h"
#include "cli/show/progress.h"

#define SECOND UINT64_C(1000000000)
#define MIB (UINT64_C(1) << 20)

static void check(const struct progress *progress, size_t width, const char *wanted)
{
    struct text line = {0};
    znn_progress_compose(&line, progress, 512 * MIB, 128 * MIB, 2 * SECOND, width);
    assert_false(line.failed);
    assert_string_equal(line.data, wanted);
    assert_true(strlen(line.data) <= width);
    znn_text_free(&line);
}

static void test_narrow(void **state)
{
    (void)state;
    const struct progress progress = {.name = "a-model-with-a-name.bin", .total = 2048 * MIB, .reads_original = true};
    check(&progress, 100, "a-model-with-a-name.bin: 512 MiB of 2.00 GiB -> 25.0 %, 256 MiB/s, ETA 0:06");
    check(&progress, 75, "a-model-with-a-name.bin: 512 MiB of 2.00 GiB -> 25.0 %, 256 MiB/s, ETA 0:06");
    check(&progress, 74, "a-model-w...a-name.bin: 512 MiB of 2.00 GiB -> 25.0 %, 256 MiB/s, ETA 0:06");
    check(&progress, 60, "a-...bin: 512 MiB of 2.00 GiB -> 25.0 %, 256 MiB/s, ETA 0:06");
    check(&progress, 59, "a-model...ame.bin: 512 MiB of 2.00 GiB -> 25.0 %, 256 MiB/s");
    check(&progress, 40, "a-m...bin: 512 MiB of 2.00 GiB -> 25.0 %");
    check(&progress, 30, "512 MiB of 2.00 GiB -> 25.0 %");
    check(&progress, 7, "512 MiB");
    check(&progress, 2, "");
    check(&progress, 0, "");
}

static void test_directions(void **state)
{
    (void)state;
    struct progress progress = {.name = "a.znn", .total = 256 * MIB};
    check(&progress, 79, "a.znn: 128 MiB of 256 MiB -> 25.0 %, 256 MiB/s, ETA 0:02");
    progress.total = ZNN_SIZE_UNKNOWN;
    check(&progress, 79, "a.znn: 128 MiB -> 25.0 %, 256 MiB/s");
    progress.total = MIB; /* it grew meanwhile */
    check(&progress, 79, "a.znn: 128 MiB -> 25.0 %, 256 MiB/s");
    progress.name = "\033[31m";
    check(&progress, 79, "\\x1b[31m: 128 MiB -> 25.0 %, 256 MiB/s");
}

/* Several passes over one file are one piece of work. */
static void test_passes(void **state)
{
    (void)state;
    struct progress progress = {.name = "a", .total = 1024 * MIB, .reads_original = true, .passes = 9};
    check(&progress, 79, "a: 512 MiB of 9 x 1.00 GiB -> 25.0 %, 256 MiB/s, ETA 0:34");
    progress.total = 256 * MIB;
    check(&progress, 79, "a: 512 MiB of 9 x 256 MiB -> 25.0 %, 256 MiB/s, ETA 0:07");
}

/* What came before the first byte, as the hashing of a base, tells nothing of how long the bytes take. */
static void test_late_start(void **state)
{
    (void)state;
    struct progress progress = {.name = "a", .total = 1024 * MIB, .reads_original = true};
    progress.lead_time = SECOND;
    progress.lead_done = 256 * MIB;
    check(&progress, 79, "a: 512 MiB of 1.00 GiB -> 25.0 %, 256 MiB/s, ETA 0:02");
    progress.lead_done = 512 * MIB;
    check(&progress, 79, "a: 512 MiB of 1.00 GiB -> 25.0 %, 256 MiB/s");
}

static void test_several(void **state)
{
    (void)state;
    struct overall overall = {.number = 3, .count = 12, .done = 512 * MIB, .total = 4096 * MIB, .spent = 6 * SECOND};
    struct progress progress = {
        .name = "a-model-with-a-name.bin", .overall = &overall, .total = 2048 * MIB, .reads_original = true};
    check(&progress, 100,
          "3/12 a-model-with-a-name.bin: 512 MiB of 2.00 GiB -> 25.0 %, 256 MiB/s, ETA 0:06, of all 0:24");
    check(&progress, 80, "3/12 a-m....bin: 512 MiB of 2.00 GiB -> 25.0 %, 256 MiB/s, ETA 0:06, of all 0:24");
    check(&progress, 77, "3/12 a-model-...-name.bin: 512 MiB of 2.00 GiB -> 25.0 %, 256 MiB/s, ETA 0:06");
    check(&progress, 34, "512 MiB of 2.00 GiB -> 25.0 %");
    overall.count = 1;
    check(&progress, 75, "a-model-with-a-name.bin: 512 MiB of 2.00 GiB -> 25.0 %, 256 MiB/s, ETA 0:06");
    overall.count = 12;
    overall.is_unknown = true;
    progress.total = ZNN_SIZE_UNKNOWN;
    check(&progress, 79, "3/12 a-model-with-a-name.bin: 512 MiB -> 25.0 %, 256 MiB/s");
}

static void test_overall(void **state)
{
    (void)state;
    struct overall overall = {0};
    const struct file_status file = {.kind = FILE_REGULAR, .size = 100};
    const struct file_status pipe = {.kind = FILE_FIFO};
    uint64_t left = 0;
    for (int i = 0; i < 3; i++)
        znn_overall_expect(&overall, &file);
    assert_int_equal(overall.total, 300);
    znn_overall_next(&overall, &file);
    assert_false(znn_overall_left(&overall, 0, SECOND, &left));
    assert_true(znn_overall_left(&overall, 50, SECOND, &left));
    assert_int_equal(left, 5 * SECOND);
    overall.spent = 2 * SECOND;
    znn_overall_next(&overall, &file);
    assert_int_equal(overall.number, 2);
    assert_true(znn_overall_left(&overall, 50, SECOND, &left));
    assert_int_equal(left, 3 * SECOND);
    assert_false(znn_overall_left(&overall, 201, SECOND, &left)); /* one grew meanwhile */
    znn_overall_expect(&overall, &pipe);
    assert_false(znn_overall_left(&overall, 50, SECOND, &left));
    for (int i = 0; i < 5; i++)
        znn_overall_next(&overall, &pipe);
    assert_true(overall.number <= overall.count);
}

static void test_start(void **state)
{
    (void)state;
    const struct progress progress = {.name = "a", .total = 100};
    struct text line = {0};
    znn_progress_compose(&line, &progress, 0, 0, 0, 79);
    assert_string_equal(line.data, "a: 0 B of 100 B");
    znn_text_free(&line);
}

static void test_figures(void **state)
{
    (void)state;
    assert_string_equal(znn_duration_figure(0).text, "0.00 s");
    assert_string_equal(znn_duration_figure(SECOND / 8).text, "0.12 s");
    assert_string_equal(znn_duration_figure(4 * SECOND + SECOND / 10).text, "4.1 s");
    assert_string_equal(znn_duration_figure(59 * SECOND).text, "59 s");
    assert_string_equal(znn_duration_figure(100 * SECOND).text, "1:40");
    assert_string_equal(znn_clock_figure(0).text, "0:00");
    assert_string_equal(znn_clock_figure(SECOND * 59 + SECOND / 2).text, "1:00");
    assert_string_equal(znn_clock_figure(SECOND * 3599).text, "59:59");
    assert_string_equal(znn_clock_figure(SECOND * 3600).text, "1:00:00");
    assert_string_equal(znn_clock_figure(UINT64_MAX).text, "5124095:34:34");
    assert_string_equal(znn_rate_figure(3 * MIB, 2 * SECOND).text, "1.50 MiB/s");
    assert_string_equal(znn_rate_figure(UINT64_MAX, 1).text, "888 PiB/s");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_narrow),     cmocka_unit_test(test_directions), cmocka_unit_test(test_passes),
        cmocka_unit_test(test_late_start), cmocka_unit_test(test_start),      cmocka_unit_test(test_figures),
        cmocka_unit_test(test_several),    cmocka_unit_test(test_overall),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

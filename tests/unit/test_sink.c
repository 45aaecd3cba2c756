/*
 * test_sink.c - places in an output of fixed size
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "engine/file/sink.h"

static void test_places(void **state)
{
    (void)state;
    static const struct {
        uint64_t offset;
        size_t size;
        bool is_there;
    } rows[] = {
        {0, 0, true},   {0, 10, true},        {10, 0, true},          {9, 1, true},
        {0, 11, false}, {10, 1, false},       {11, 0, false},         {11, 1, false},
        {5, 6, false},  {5, SIZE_MAX, false}, {UINT64_MAX, 1, false}, {UINT64_MAX - 5, 10, false},
    };
    uint8_t memory[10];
    struct znn_output output = znn_output_fixed(memory, sizeof memory);
    const struct sink sink = {.output = &output};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const uint8_t *place = znn_sink_place(&sink, rows[i].offset, rows[i].size);
        assert_ptr_equal(place, rows[i].is_there ? memory + rows[i].offset : NULL);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_places),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

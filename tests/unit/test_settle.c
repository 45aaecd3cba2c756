/*
 * test_settle.c - storages and the tensors that view them
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "model/model.h"

enum { SPAN = TENSOR_SPAN, LISTED = TENSOR_LISTED };

static void add(struct model *model, uint64_t offset, uint64_t size, enum dtype dtype, uint8_t flags)
{
    const uint64_t shape = size;
    struct tensor tensor = {.offset = offset, .size = size, .rank = 1, .dtype = (uint8_t)dtype, .flags = flags};
    assert_true(znn_model_add(model, &tensor, "", &shape));
}

static void expect(const struct tensor *tensor, uint64_t offset, enum dtype dtype, uint8_t flags)
{
    assert_int_equal(tensor->offset, offset);
    assert_int_equal(tensor->dtype, dtype);
    assert_int_equal(tensor->flags, flags);
}

static void test_adjacent_and_overlapping_spans(void **state)
{
    (void)state;
    struct model model = {0};
    add(&model, 0, 10, DTYPE_U8, SPAN);
    add(&model, 10, 10, DTYPE_U8, SPAN); /* directly after the first one */
    add(&model, 19, 10, DTYPE_U8, SPAN); /* shares a byte with the second one */
    add(&model, 91, 10, DTYPE_U8, SPAN); /* ends behind the file */
    znn_model_settle(&model, 100);
    assert_int_equal(model.count, 2);
    expect(&model.tensors[0], 0, DTYPE_U8, SPAN);
    expect(&model.tensors[1], 10, DTYPE_U8, SPAN);
    znn_model_free(&model);
}

/* A tensor takes the place of a span only if it has the same type. */
static void test_spans_of_tensors(void **state)
{
    (void)state;
    struct model model = {0};
    add(&model, 0, 10, DTYPE_U8, SPAN);
    add(&model, 0, 10, DTYPE_U8, LISTED);
    add(&model, 20, 10, DTYPE_U8, SPAN);
    add(&model, 20, 10, DTYPE_I8, LISTED);
    znn_model_settle(&model, 100);
    assert_int_equal(model.count, 3);
    expect(&model.tensors[0], 0, DTYPE_U8, SPAN | LISTED);
    expect(&model.tensors[1], 20, DTYPE_U8, SPAN);
    expect(&model.tensors[2], 20, DTYPE_I8, LISTED);
    znn_model_free(&model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_adjacent_and_overlapping_spans),
        cmocka_unit_test(test_spans_of_tensors),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

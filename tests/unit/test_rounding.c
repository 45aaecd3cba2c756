/*
 * test_rounding.c - which numbers of a model are rounded
 *
 * The property test makes random spans and views, and compares with a table that has the tensors of every byte.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "engine/cut/rounding.h"
#include "support.h"

static void add(struct model *model, uint64_t offset, uint64_t size, enum dtype dtype, unsigned flags, const char *name,
                uint64_t rows)
{
    struct tensor tensor = {
        .offset = offset,
        .size = size,
        .dtype = (uint8_t)dtype,
        .flags = (uint8_t)flags,
        .name_size = (uint32_t)strlen(name),
        .rank = rows > 0 ? 2 : 1,
    };
    uint64_t elements = size / znn_dtype_info(dtype)->block_bytes;
    uint64_t shape[] = {rows > 0 ? rows : elements, rows > 0 ? elements / rows : 0};
    assert_true(znn_model_add(model, &tensor, name, shape));
}

static const struct znn_compress_options lossy = {.struct_size = sizeof(struct znn_compress_options),
                                                  .lossy = {.mode = ZNN_FIXED_POINT, .bits = 12}};

static bool is_rounded(const struct model *model, size_t i)
{
    return model->tensors[i].flags & TENSOR_ROUNDED;
}

static void test_the_default(void **state)
{
    (void)state;
    static const struct {
        enum dtype dtype;
        uint64_t elements, rows;
        bool rounded;
    } cases[] = {
        {DTYPE_F32, 4096, 64, true},   {DTYPE_F32, 4096, 1, true},   {DTYPE_F32, 4095, 1, false},
        {DTYPE_F32, 100000, 0, false}, {DTYPE_F16, 4096, 2, true},   {DTYPE_F16, 4095, 1, false},
        {DTYPE_BF16, 9000, 3, true},   {DTYPE_F64, 4096, 2, true},   {DTYPE_I32, 9000, 3, false},
        {DTYPE_U8, 9000, 3, false},    {DTYPE_BOOL, 9000, 3, false}, {DTYPE_F8_E5M2, 9000, 3, false},
        {DTYPE_C64, 9000, 3, false},   {DTYPE_I64, 90000, 3, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct model model = {0};
        struct znn_report report = ZNN_INIT(struct znn_report);
        add(&model, 8, cases[i].elements * znn_dtype_info(cases[i].dtype)->block_bytes, cases[i].dtype,
            TENSOR_SPAN | TENSOR_LISTED, "w", cases[i].rows);
        assert_int_equal(znn_rounding_mark(&model, &lossy, &report, NULL), ZNN_OK);
        assert_int_equal(is_rounded(&model, 0), cases[i].rounded);
        assert_int_equal(report.rounded_tensors, cases[i].rounded);
        assert_int_equal(report.lossy.mode, cases[i].rounded ? ZNN_FIXED_POINT : ZNN_LOSSLESS);
        znn_model_free(&model);
    }
}

static void test_too_many_bits(void **state)
{
    (void)state;
    struct model model = {0};
    struct znn_report report = ZNN_INIT(struct znn_report);
    struct znn_compress_options options = {.struct_size = sizeof(struct znn_compress_options),
                                           .lossy = {.mode = ZNN_FIXED_POINT, .bits = 31}};
    add(&model, 0, 40000, DTYPE_F32, TENSOR_SPAN | TENSOR_LISTED, "a", 2);
    add(&model, 40000, 80000, DTYPE_F64, TENSOR_SPAN | TENSOR_LISTED, "b", 2);
    add(&model, 120000, 40000, DTYPE_BF16, TENSOR_SPAN | TENSOR_LISTED, "c", 2);
    assert_int_equal(znn_rounding_mark(&model, &options, &report, NULL), ZNN_OK);
    assert_false(is_rounded(&model, 0));
    assert_true(is_rounded(&model, 1));
    assert_false(is_rounded(&model, 2));
    assert_int_equal(report.rounded_tensors, 1);
    assert_int_equal(report.unsuited_tensors, 2);
    znn_model_free(&model);
}

/* The first letter of a name is what is chosen for it. */
static enum znn_choice choose(void *context, const struct znn_tensor *tensor)
{
    size_t *asked = context;
    ++*asked;
    assert_int_equal(tensor->name_size, strlen(tensor->name));
    uint64_t product = 1;
    for (size_t i = 0; i < tensor->rank; i++)
        product *= tensor->shape[i];
    assert_int_equal(product, tensor->size / (tensor->bits / 8));
    return tensor->name[0] == 'r' ? ZNN_CHOICE_ROUND : tensor->name[0] == 'k' ? ZNN_CHOICE_KEEP : ZNN_CHOICE_DEFAULT;
}

static void test_choices(void **state)
{
    (void)state;
    struct model model = {0};
    struct znn_report report = ZNN_INIT(struct znn_report);
    size_t asked = 0;
    struct znn_compress_options options = lossy;
    options.choose = choose;
    options.choose_context = &asked;
    add(&model, 0, 40, DTYPE_F32, TENSOR_SPAN | TENSOR_LISTED, "r.bias", 0);
    add(&model, 40, 80000, DTYPE_F32, TENSOR_SPAN | TENSOR_LISTED, "k.weight", 10);
    add(&model, 80040, 40000, DTYPE_F16, TENSOR_SPAN | TENSOR_LISTED, "default", 10);
    add(&model, 120040, 40000, DTYPE_I32, TENSOR_SPAN | TENSOR_LISTED, "r.ids", 10);
    assert_int_equal(znn_rounding_mark(&model, &options, &report, NULL), ZNN_OK);
    assert_true(is_rounded(&model, 0) && !is_rounded(&model, 1) && is_rounded(&model, 2) && !is_rounded(&model, 3));
    assert_int_equal(asked, 3); /* nobody asks about integers */
    znn_model_free(&model);
}

/* What is not rounded is counted, by the reason. */
static void test_reasons(void **state)
{
    (void)state;
    struct model model = {0};
    struct znn_report report = ZNN_INIT(struct znn_report);
    add(&model, 0, 400000, DTYPE_F32, TENSOR_SPAN, "", 0);
    add(&model, 0, 200000, DTYPE_F32, TENSOR_LISTED, "rounded", 10);
    add(&model, 200000, 100000, DTYPE_F32, TENSOR_LISTED, "in part", 10);
    add(&model, 299960, 40, DTYPE_F32, TENSOR_LISTED, "bias", 0);
    add(&model, 300000, 100000, DTYPE_F32, TENSOR_LISTED, "flat", 0);
    add(&model, 400000, 100000, DTYPE_I32, TENSOR_SPAN | TENSOR_LISTED, "integers", 10);
    znn_model_settle(&model, 500000);
    assert_int_equal(znn_rounding_mark(&model, &lossy, &report, NULL), ZNN_OK);
    assert_int_equal(report.lossy.mode, ZNN_FIXED_POINT);
    assert_int_equal(report.rounded_tensors, 1);
    assert_int_equal(report.shared_tensors, 1);
    assert_int_equal(report.small_tensors, 2);
    assert_int_equal(report.small_size, 100040);
    assert_int_equal(report.float_size, 400040);
    znn_model_free(&model);
}

/* ---------------------------------------------------------------------------------------------------------------- */
/* Views                                                                                                            */
/* ---------------------------------------------------------------------------------------------------------------- */

#define BYTES 240

/* What is known of each byte before anything is marked. */
struct seen {
    bool rounded[BYTES], kept[BYTES];
    size_t start[BYTES], end[BYTES]; /* of its span; 0 and 0: it has none */
    uint8_t dtype[BYTES];
};

static void see_span(struct seen *seen, const struct tensor *span)
{
    for (uint64_t i = span->offset; i < span->offset + span->size; i++) {
        seen->start[i] = span->offset;
        seen->end[i] = span->offset + span->size;
        seen->dtype[i] = span->dtype;
    }
}

/* A tensor that is kept has all of each number that it has bytes of. */
static void see_view(struct seen *seen, const struct tensor *tensor, char letter)
{
    uint64_t end = tensor->offset + tensor->size;
    bool inside = seen->end[tensor->offset] >= end && seen->dtype[tensor->offset] == tensor->dtype &&
                  (tensor->offset - seen->start[tensor->offset]) % 4 == 0;
    bool rounded = letter == 'r' && inside && tensor->dtype == DTYPE_F32;
    for (uint64_t i = tensor->offset; i < end; i++) {
        uint64_t first = i - (i - seen->start[i]) % 4; /* of the number */
        if (rounded)
            seen->rounded[i] = true;
        else
            for (uint64_t k = 0; k < 4 && first + k < BYTES; k++)
                seen->kept[first + k] = true;
    }
}

static struct seen see_all(const struct model *model)
{
    struct seen seen = {.kept = {false}};
    for (size_t i = 0; i < model->count; i++)
        if (model->tensors[i].flags & TENSOR_SPAN)
            see_span(&seen, &model->tensors[i]);
    for (size_t i = 0; i < model->count; i++) {
        const struct tensor *tensor = &model->tensors[i];
        if (tensor->flags & TENSOR_LISTED && tensor->size > 0)
            see_view(&seen, tensor, (char)znn_tensor_text(model, tensor)[0]);
    }
    return seen;
}

/* Just the numbers are rounded that only tensors have which are to be rounded; and nothing else of the model changes.
 */
static void check_marks(const struct model *model, const struct seen *seen)
{
    uint64_t end = 0;
    bool covered[BYTES] = {false};
    for (size_t i = 0; i < model->count; i++) {
        const struct tensor *span = &model->tensors[i];
        assert_true(i == 0 || span->offset >= span[-1].offset);
        if (!(span->flags & TENSOR_SPAN)) {
            assert_false(is_rounded(model, i));
            continue;
        }
        assert_true(span->offset >= end);
        end = span->offset + span->size;
        for (uint64_t at = span->offset; at < end; at++) {
            covered[at] = true;
            assert_int_equal(span->dtype, seen->dtype[at]);
            assert_int_equal(is_rounded(model, i), seen->rounded[at] && !seen->kept[at]);
        }
    }
    for (size_t at = 0; at < BYTES; at++)
        assert_int_equal(covered[at], seen->end[at] > 0);
}

static size_t count_listed(const struct model *model)
{
    size_t listed = 0;
    for (size_t i = 0; i < model->count; i++)
        listed += (model->tensors[i].flags & TENSOR_LISTED) != 0;
    return listed;
}

static void test_views(void **state)
{
    (void)state;
    struct random random = random_start(__func__);
    size_t marked = 0;
    for (int round = 0; round < 20000; round++) {
        struct model model = {0};
        struct znn_report report = ZNN_INIT(struct znn_report);
        size_t asked = 0;
        struct znn_compress_options options = lossy;
        options.choose = choose;
        options.choose_context = &asked;
        for (uint64_t at = 4 * random_below(&random, 5); at < BYTES - 40;) {
            uint64_t size = 4 * (1 + random_below(&random, 10));
            enum dtype dtype = random_below(&random, 4) ? DTYPE_F32 : DTYPE_I32;
            bool listed = random_below(&random, 3) == 0;
            add(&model, at, size, dtype, TENSOR_SPAN | (listed ? TENSOR_LISTED : 0),
                !listed                    ? ""
                : random_below(&random, 4) ? "r"
                                           : "k",
                1);
            at += size + 4 * random_below(&random, 3);
        }
        for (size_t views = random_below(&random, 6); views > 0; views--) {
            uint64_t offset = 4 * random_below(&random, BYTES / 4 - 12), size = 4 * random_below(&random, 12);
            bool is_float = random_below(&random, 5);
            offset += random_below(&random, is_float ? 20 : 3) == 1; /* it need not be aligned */
            add(&model, offset, size, is_float ? DTYPE_F32 : DTYPE_BOOL, TENSOR_LISTED,
                random_below(&random, 4) ? "r" : "k", 1);
        }
        znn_model_settle(&model, BYTES);
        const struct seen seen = see_all(&model);
        size_t listed = count_listed(&model);
        assert_int_equal(znn_rounding_mark(&model, &options, &report, NULL), ZNN_OK);
        assert_int_equal(count_listed(&model), listed);
        check_marks(&model, &seen);
        marked += report.lossy.mode == ZNN_FIXED_POINT;
        znn_model_free(&model);
    }
    assert_true(marked > 5000 && marked < 20000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_default), cmocka_unit_test(test_too_many_bits), cmocka_unit_test(test_choices),
        cmocka_unit_test(test_reasons),     cmocka_unit_test(test_views),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

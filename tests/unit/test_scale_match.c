/*
 * test_scale_match.c - the scales of a quantized tensor are found by their names and shapes
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "engine/cut/scale_match.h"

#define RANK_MAX 3

/* A tensor; its shape ends with a 0. */
struct sample {
    const char *name;
    enum dtype dtype;
    uint64_t shape[RANK_MAX + 1];
};

static uint64_t add(struct model *model, const struct sample *sample, uint64_t offset)
{
    struct tensor tensor = {.offset = offset,
                            .size = znn_dtype_info(sample->dtype)->word,
                            .name_size = (uint32_t)strlen(sample->name),
                            .dtype = (uint8_t)sample->dtype,
                            .flags = TENSOR_SPAN | TENSOR_LISTED};
    for (; sample->shape[tensor.rank]; tensor.rank++)
        tensor.size *= sample->shape[tensor.rank];
    assert_true(znn_model_add(model, &tensor, sample->name, sample->shape));
    return offset + tensor.size;
}

/* Looks for the scales of a tensor whose partner has type `partner`, in a model of it and of one other tensor. */
static bool match(const struct sample *codes, const struct sample *scales, unsigned partner, struct scale_tensor *found)
{
    struct model model = {0};
    const struct sample other = {"other", DTYPE_F32, {7}};
    uint64_t end = add(&model, &other, 100);
    end = add(&model, scales, end);
    add(&model, codes, end);
    struct scale_matcher *matcher = znn_scale_matcher_new(&model);
    assert_non_null(matcher);
    bool good = znn_scale_match(matcher, &model.tensors[2], partner, found);
    if (good)
        assert_int_equal(found->offset, 128);
    znn_scale_matcher_free(matcher);
    znn_model_free(&model);
    return good;
}

/* Expects tiles of this size. */
static void expect_tiles(const struct sample *codes, const struct sample *scales, uint32_t height, uint32_t width)
{
    struct scale_tensor found;
    if (!match(codes, scales, DTYPE_BF16, &found))
        fail_msg("%s has no scales", codes->name);
    if (found.grid.height != height || found.grid.width != width)
        fail_msg("%s has tiles of %u x %u", codes->name, found.grid.height, found.grid.width);
    uint64_t columns = 1;
    for (unsigned d = 0; codes->shape[d]; d++)
        columns = codes->shape[d];
    assert_int_equal(found.grid.columns, height == 1 && columns % width == 0 ? width : columns);
    assert_int_equal(found.type, scales->dtype);
    assert_int_equal(found.grid.start, 0);
}

static void expect_none(const struct sample *codes, const struct sample *scales, unsigned partner)
{
    struct scale_tensor found;
    if (match(codes, scales, partner, &found))
        fail_msg("%s has scales in %s", codes->name, scales->name);
}

static void test_names(void **state)
{
    static const struct {
        const char *codes, *scales;
        unsigned divisor;
    } names[] = {
        {"a.weight", "a.weight_scale", 1}, {"a.weight", "a.weight_scale_inv", 1}, {"a.weight", "a.scale", 1},
        {"a.weight", "a.SCB", 127},        {"experts", "experts_scale", 1},       {"weight", "SCB", 127},
    };
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const struct sample codes = {names[i].codes, DTYPE_I8, {100, 200}};
        const struct sample scales = {names[i].scales, DTYPE_F32, {100}};
        struct scale_tensor found;
        assert_true(match(&codes, &scales, DTYPE_F16, &found));
        assert_int_equal(found.divisor, names[i].divisor);
    }
    const struct sample codes = {"a.weight", DTYPE_I8, {100, 200}};
    static const char *const others[] = {"b.weight_scale", "a.weight", "a.weight_scale2",
                                         "a.weight_scal",  "scale",    "a.bias_scale"};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        expect_none(&codes, &(struct sample){others[i], DTYPE_F32, {100}}, DTYPE_BF16);
}

static void test_types(void **state)
{
    const struct sample codes = {"w", DTYPE_F8_E4M3, {100, 200}}, scales = {"w_scale", DTYPE_F32, {100, 1}};
    (void)state;
    for (unsigned type = 0; type < DTYPE_COUNT - 1; type++) {
        const bool suits = type == DTYPE_F32 || type == DTYPE_BF16 || type == DTYPE_F16;
        struct sample other = scales;
        struct scale_tensor found;
        assert_int_equal(match(&codes, &scales, type, &found), suits);
        other.dtype = (enum dtype)type;
        if (znn_dtype_info(other.dtype)->word == znn_dtype_info(other.dtype)->block_bytes)
            assert_int_equal(match(&codes, &other, DTYPE_F32, &found), suits);
        other = codes;
        other.dtype = (enum dtype)type;
        if (znn_dtype_info(other.dtype)->word == znn_dtype_info(other.dtype)->block_bytes)
            assert_int_equal(match(&other, &scales, DTYPE_F32, &found),
                             type == DTYPE_I8 || type == DTYPE_F8_E4M3 || type == DTYPE_F8_E5M2);
    }
}

static void test_shapes(void **state)
{
    static const struct {
        uint64_t codes[RANK_MAX + 1], scales[RANK_MAX + 1];
        uint32_t height, width; /* 0: they do not fit */
    } shapes[] = {
        {{300, 400}, {0}, 300, 400},        {{300, 400}, {1}, 300, 400},
        {{300, 400}, {1, 1}, 300, 400},     {{300, 400}, {300}, 1, 400},
        {{300, 400}, {300, 1}, 1, 400},     {{300, 400}, {400}, 300, 1},
        {{300, 400}, {1, 400}, 300, 1},     {{300, 400}, {3, 4}, 128, 128},
        {{256, 512}, {2, 4}, 128, 128},     {{300, 400}, {300, 10}, 1, 40},
        {{300, 400}, {300, 4}, 1, 128},     {{300, 400}, {5, 7}, 64, 64},
        {{300, 300}, {300}, 1, 300},        {{100, 100}, {1, 1}, 100, 100},
        {{20000}, {1}, 1, 20000},           {{20000}, {625}, 1, 32},
        {{4, 100, 50}, {4}, 100, 50},       {{4, 100, 50}, {4, 1, 1}, 100, 50},
        {{4, 100, 50}, {4, 100, 1}, 1, 50}, {{4, 256, 256}, {4, 2, 2}, 128, 128},
        {{300, 400}, {300, 400}, 0, 0},     {{300, 400}, {7, 4}, 0, 0},
        {{300, 400}, {3, 399}, 0, 0},       {{300, 400}, {150, 200}, 0, 0},
        {{300, 400}, {301}, 0, 0},          {{22, 22}, {1}, 0, 0},
        {{2, 4 << 20}, {1, 16384}, 2, 256}, {{2, 4 << 20}, {1, 32768}, 0, 0},
    };
    (void)state;
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
        struct sample codes = {"w", DTYPE_F8_E4M3, {0}}, scales = {"w_scale", DTYPE_F32, {0}};
        memcpy(codes.shape, shapes[i].codes, sizeof codes.shape);
        memcpy(scales.shape, shapes[i].scales, sizeof scales.shape);
        if (shapes[i].height > 0)
            expect_tiles(&codes, &scales, shapes[i].height, shapes[i].width);
        else
            expect_none(&codes, &scales, DTYPE_BF16);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_types),
        cmocka_unit_test(test_shapes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

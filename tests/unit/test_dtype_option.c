/*
 * test_dtype_option.c - the option that gives the type of the input
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "common/bytes.h"
#include "engine/cut/planner.h"
#include "packing.h"
#include "support.h"

#define MIB ((size_t)1 << 20)

static const char *const names[] = {
    "BOOL", "F4",  "F6_E2M3", "F6_E3M2", "U8",  "I8",  "F8_E5M2", "F8_E4M3", "F8_E8M0", "F8_E4M3FNUZ", "F8_E5M2FNUZ",
    "I16",  "U16", "F16",     "BF16",    "I32", "U32", "F32",     "C64",     "F64",     "I64",         "U64",
};

/* A weight as BF16 has it: small, of either sign, with a mantissa that tells nothing. */
static uint16_t random_weight(struct random *random)
{
    return (uint16_t)((random_u64(random) & 0x807f) | (0x3d - random_below(random, 5)) << 8);
}

static struct buffer make_row(struct random *random, size_t size)
{
    struct buffer row = {0};
    assert_true(znn_buffer_reserve(&row, size + 2));
    for (size_t i = 0; i < size; i += 2)
        store_le16(row.data + i, random_weight(random));
    row.size = size;
    return row;
}

static struct buffer pack_as(const struct buffer *file, const char *dtype, enum way way)
{
    struct znn_compress_options options = {
        .struct_size = sizeof(struct znn_compress_options), .level = 1, .threads = 2, .dtype = dtype};
    struct znn_report report = ZNN_INIT(struct znn_report);
    struct buffer packed = pack_way(file->data, file->size, way, 0, &options, &report);
    if (dtype) {
        assert_string_equal(report.format, "bytes");
        assert_int_equal(report.tensors, 0);
        assert_null(report.header_error);
    }
    return packed;
}

static void test_any_dtype_for_any_size(void **state)
{
    (void)state;
    static const size_t sizes[] = {0, 1, 7, 8, 1001, 100003, 3 * MIB + 5};
    struct random random = random_start(__func__);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct buffer file = make_row(&random, sizes[i % 7]);
        struct buffer packed = pack_as(&file, names[i], (enum way)(i % WAY_COUNT));
        expect_unpacked(&packed, WAY_STREAM, 2, false, file.data, file.size);
        znn_buffer_free(&packed);
        znn_buffer_free(&file);
    }
}

static void test_it_pays_where_nothing_else_tells(void **state)
{
    (void)state;
    struct random random = random_start(__func__);
    struct buffer file = make_row(&random, 6001); /* too short to be guessed at */
    struct buffer found = pack_as(&file, NULL, WAY_MEMORY);
    struct buffer told = pack_as(&file, "BF16", WAY_MEMORY);
    if (told.size + 300 > found.size)
        fail_msg("%zu bytes with the dtype, %zu without", told.size, found.size);
    znn_buffer_free(&told);
    znn_buffer_free(&found);
    znn_buffer_free(&file);
}

static void test_the_input_is_not_looked_into(void **state)
{
    (void)state;
    static const char header[] = "{\"a\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[0,2]}}";
    uint8_t file[8 + sizeof header + 1];
    store_le64(file, sizeof header - 1);
    memcpy(file + 8, header, sizeof header - 1);
    memset(file + 8 + sizeof header - 1, 7, 2);
    struct buffer view = {.data = file, .size = sizeof file};
    for (enum way way = WAY_MEMORY; way < WAY_COUNT; way++) {
        struct buffer packed = pack_as(&view, "F32", way);
        expect_unpacked(&packed, WAY_MEMORY, 1, true, file, sizeof file);
        znn_buffer_free(&packed);
    }
}

static void test_other_names_are_refused(void **state)
{
    (void)state;
    static const char *const others[] = {"", "BYTES", "bf16", "F32 ", "F128", "F", "F6"};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        struct znn_input input = znn_input_memory("abcd", 4);
        struct znn_memory memory = {0};
        struct znn_output output = znn_output_memory(&memory);
        struct znn_compress_options options = {.struct_size = sizeof(struct znn_compress_options), .dtype = others[i]};
        struct znn_error error = ZNN_INIT(struct znn_error);
        enum znn_status status = znn_compress(&input, &output, &options, NULL, &error);
        check_error(status, &error);
        assert_int_equal(status, ZNN_ERROR_ARGUMENT);
        assert_int_equal(memory.size, 0);
        free(memory.data);
    }
}

/* The row is as long as 64 bits can say; planning must not wrap around, however far it has got. */
static void test_planning_near_the_end_of_all_offsets(void **state)
{
    (void)state;
    struct model model = {0};
    struct tensor row = {.size = UINT64_MAX - 3, .dtype = DTYPE_F32, .flags = TENSOR_SPAN};
    assert_true(znn_model_add(&model, &row, "", NULL));
    struct planner planner = {.model = &model};
    struct chunk_plan plan = {0};
    for (unsigned bits = 21; bits < 64; bits++) {
        planner.offset = (UINT64_C(1) << bits) - MIB;
        assert_true(znn_planner_next(&planner, &plan));
        assert_int_equal(plan.size, MIB);
        assert_int_equal(plan.count, 1);
        assert_int_equal(plan.pieces[0].dtype, DTYPE_F32);
    }
    planner.offset = row.size - MIB;
    assert_true(znn_planner_next(&planner, &plan));
    assert_int_equal(plan.size, MIB);
    assert_true(planner.offset == row.size);
    znn_chunk_plan_free(&plan);
    znn_model_free(&model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_any_dtype_for_any_size),
        cmocka_unit_test(test_it_pays_where_nothing_else_tells),
        cmocka_unit_test(test_the_input_is_not_looked_into),
        cmocka_unit_test(test_other_names_are_refused),
        cmocka_unit_test(test_planning_near_the_end_of_all_offsets),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

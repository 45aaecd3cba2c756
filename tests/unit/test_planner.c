/*
 * test_planner.c - where chunks are cut
 *
 * Most models here have one tensor and are made by hand.  The property test makes thousands of random models, and
 * compares the plan with a table that has the type of every byte.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "engine/cut/planner.h"
#include "support.h"

#define KIB 1024u
#define MIB (1024u * KIB)

static void add_span(struct model *model, uint64_t offset, uint64_t size, enum dtype dtype)
{
    struct tensor tensor = {.offset = offset, .size = size, .dtype = (uint8_t)dtype, .flags = TENSOR_SPAN};
    assert_true(znn_model_add(model, &tensor, "", NULL));
}

/* Plans a chunk and looks whether it is made as all are. */
static void plan_next(struct planner *planner, struct chunk_plan *plan)
{
    uint64_t offset = planner->offset;
    assert_true(znn_planner_next(planner, plan));
    assert_true(plan->offset == offset);
    assert_true(plan->size > 0 && plan->size <= CHUNK_OPAQUE + CHUNK_SLACK);
    assert_true(planner->offset == offset + plan->size);
    assert_true(plan->count > 0 && plan->count < CHUNK_PIECES);
    uint64_t sum = 0;
    for (size_t i = 0; i < plan->count; i++) {
        assert_true(plan->pieces[i].size > 0);
        sum += plan->pieces[i].size;
    }
    assert_int_equal(sum, plan->size);
}

static void expect_chunk(struct planner *planner, uint32_t size, size_t pieces)
{
    struct chunk_plan plan = {0};
    plan_next(planner, &plan);
    assert_int_equal(plan.size, size);
    assert_int_equal(plan.count, pieces);
    znn_chunk_plan_free(&plan);
}

static void test_without_tensors_all_is_opaque(void **state)
{
    (void)state;
    struct model model = {0};
    struct planner planner = {.model = &model};
    for (int i = 0; i < 5; i++)
        expect_chunk(&planner, 4 * MIB, 1);
    planner.offset = UINT64_C(1) << 62;
    expect_chunk(&planner, 4 * MIB, 1);
}

static void test_large_tensor_goes_by_the_mebibyte(void **state)
{
    (void)state;
    struct model model = {0};
    add_span(&model, 0, 10 * MIB, DTYPE_BF16);
    struct planner planner = {.model = &model};
    for (int i = 0; i < 10; i++)
        expect_chunk(&planner, MIB, 1);
    expect_chunk(&planner, 4 * MIB, 1);
    znn_model_free(&model);
}

static void test_small_tail_is_taken_along(void **state)
{
    (void)state;
    static const struct {
        uint32_t tensor, first, second;
    } rows[] = {
        {MIB + CHUNK_SLACK, MIB + CHUNK_SLACK, 0},
        {MIB + CHUNK_SLACK + 4, MIB, CHUNK_SLACK + 4},
        {MIB + 4, MIB + 4, 0},
        {3 * MIB + 4, MIB, MIB},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct model model = {0};
        add_span(&model, 0, rows[i].tensor, DTYPE_F32);
        add_span(&model, rows[i].tensor, 64 * MIB, DTYPE_BF16);
        struct planner planner = {.model = &model};
        struct chunk_plan plan = {0};
        plan_next(&planner, &plan);
        assert_int_equal(plan.pieces[0].size, rows[i].first);
        assert_int_equal(plan.count, 1); /* no room is left that is worth a start of the next */
        plan_next(&planner, &plan);
        assert_int_equal(plan.pieces[0].size, rows[i].second ? rows[i].second : MIB);
        assert_int_equal(plan.pieces[0].dtype, rows[i].second ? DTYPE_F32 : DTYPE_BF16);
        znn_chunk_plan_free(&plan);
        znn_model_free(&model);
    }
}

/* A large tensor does not start in what little room other bytes leave in a chunk; in more than that it does. */
static void test_short_heads(void **state)
{
    (void)state;
    static const struct {
        uint32_t room;
        bool starts;
    } rows[] = {{65532, false}, {65536, true}, {4, false}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct model model = {0};
        struct planner planner = {.model = &model};
        uint32_t first = MIB - rows[i].room;
        add_span(&model, 0, first, DTYPE_F32);
        add_span(&model, first, 8 * MIB, DTYPE_F32);
        expect_chunk(&planner, rows[i].starts ? MIB : first, rows[i].starts ? 2 : 1);
        znn_model_free(&model);
    }
}

/* A header of some KiB and the first tensor behind it share a chunk, which is cut between elements all the same. */
static void test_cuts_lie_between_elements(void **state)
{
    (void)state;
    static const enum dtype dtypes[] = {DTYPE_U8, DTYPE_BF16, DTYPE_F32, DTYPE_F64, DTYPE_C64, DTYPE_Q8_0, DTYPE_Q6_K};
    for (size_t i = 0; i < sizeof dtypes / sizeof *dtypes; i++)
        for (uint32_t header = 1; header < 40; header++) {
            struct model model = {0};
            add_span(&model, header, 8 * MIB, dtypes[i]);
            struct planner planner = {.model = &model};
            struct chunk_plan plan = {0};
            plan_next(&planner, &plan);
            uint32_t word = znn_dtype_info(dtypes[i])->block_bytes;
            assert_int_equal(plan.count, 2);
            assert_int_equal(plan.pieces[0].dtype, DTYPE_BYTES);
            assert_int_equal(plan.pieces[0].size, header);
            assert_int_equal(plan.pieces[1].size, (MIB - header) / word * word);
            znn_chunk_plan_free(&plan);
            znn_model_free(&model);
        }
}

static void test_small_tensors_are_marked(void **state)
{
    (void)state;
    struct model model = {0};
    add_span(&model, 0, 8188, DTYPE_F32);
    add_span(&model, 8188, 8192, DTYPE_F32);
    struct planner planner = {.model = &model};
    struct chunk_plan plan = {0};
    plan_next(&planner, &plan);
    assert_int_equal(plan.pieces[0].sharing, SHARING_SMALL);
    assert_int_equal(plan.pieces[1].sharing, SHARING_NONE);
    assert_int_equal(plan.pieces[2].sharing, SHARING_NONE);
    znn_chunk_plan_free(&plan);
    znn_model_free(&model);
}

static void test_opaque_gap_is_not_cut_where_it_fits(void **state)
{
    (void)state;
    struct model model = {0};
    add_span(&model, 3 * MIB, MIB, DTYPE_F32);
    struct planner planner = {.model = &model};
    struct chunk_plan plan = {0};
    plan_next(&planner, &plan); /* the gap is too long to go with numbers */
    assert_int_equal(plan.size, 3 * MIB);
    plan_next(&planner, &plan);
    assert_int_equal(plan.size, MIB);
    znn_chunk_plan_free(&plan);
    znn_model_free(&model);
}

/* Views and empty tensors stand in the index, but type no byte. */
static void test_what_is_no_span_is_passed_over(void **state)
{
    (void)state;
    struct model model = {0};
    add_span(&model, 0, 0, DTYPE_F32);
    add_span(&model, 100, 1000, DTYPE_F32);
    add_span(&model, 2000, 0, DTYPE_F64);
    for (size_t i = 0; i < model.count; i++)
        model.tensors[i].flags = TENSOR_LISTED;
    struct planner planner = {.model = &model};
    expect_chunk(&planner, 4 * MIB, 1);
    znn_model_free(&model);
}

static void test_many_tiny_tensors(void **state)
{
    (void)state;
    struct model model = {0};
    for (uint32_t i = 0; i < 200000; i++)
        add_span(&model, 4 * i, 4, i % 2 ? DTYPE_F32 : DTYPE_I32);
    struct planner planner = {.model = &model};
    struct chunk_plan plan = {0};
    plan_next(&planner, &plan);
    assert_int_equal(plan.count, CHUNK_PIECES - 1);
    assert_true(znn_chunk_plan_shorten(&plan, plan.size - 1));
    assert_int_equal(plan.count, CHUNK_PIECES - 1);
    znn_chunk_plan_free(&plan);
    znn_model_free(&model);
}

/* A tensor of a stream may lie, as far as anyone knows, terabytes away. */
static void test_far_tensors(void **state)
{
    (void)state;
    struct model model = {0};
    uint64_t far = (UINT64_C(1) << 62) + 1;
    add_span(&model, 100, far - 100, DTYPE_BF16);
    add_span(&model, far, far, DTYPE_F32);
    struct planner planner = {.model = &model};
    struct chunk_plan plan = {0};
    plan_next(&planner, &plan);
    assert_int_equal(plan.count, 2);
    planner.offset = far - 1001;
    plan_next(&planner, &plan);
    assert_int_equal(plan.pieces[0].size, 1001);
    assert_int_equal(plan.pieces[1].dtype, DTYPE_F32);
    planner.offset = 2 * far - 5;
    plan_next(&planner, &plan);
    assert_int_equal(plan.pieces[0].size, 5);
    assert_int_equal(plan.pieces[1].dtype, DTYPE_BYTES);
    znn_chunk_plan_free(&plan);
    znn_model_free(&model);
}

static void test_shorten(void **state)
{
    (void)state;
    static const struct {
        uint32_t to;
        size_t count;
        uint32_t last;
        uint8_t dtype;
    } rows[] = {
        {1000, 3, 600, DTYPE_F64},
        {999, 4, 7, DTYPE_BYTES},
        {992, 3, 592, DTYPE_F64},
        {408, 3, 8, DTYPE_F64},
        {407, 3, 7, DTYPE_BYTES},
        {401, 3, 1, DTYPE_BYTES},
        {400, 2, 300, DTYPE_F32},
        {103, 2, 3, DTYPE_BYTES},
        {100, 1, 100, DTYPE_BF16},
        {1, 1, 1, DTYPE_BYTES},
        {0, 0, 0, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct model model = {0};
        add_span(&model, 0, 100, DTYPE_BF16);
        add_span(&model, 100, 300, DTYPE_F32);
        add_span(&model, 400, 600, DTYPE_F64);
        struct planner planner = {.model = &model};
        struct chunk_plan plan = {0};
        plan_next(&planner, &plan);
        assert_true(znn_chunk_plan_shorten(&plan, rows[i].to));
        assert_int_equal(plan.size, rows[i].to);
        assert_int_equal(plan.count, rows[i].count);
        if (plan.count > 0) {
            assert_int_equal(plan.pieces[plan.count - 1].size, rows[i].last);
            assert_int_equal(plan.pieces[plan.count - 1].dtype, rows[i].dtype);
        }
        znn_chunk_plan_free(&plan);
        znn_model_free(&model);
    }
}

/* ---------------------------------------------------------------------------------------------------------------- */
/* Any model                                                                                                        */
/* ---------------------------------------------------------------------------------------------------------------- */

#define LARGEST (12 * MIB)

/* Spans of random types and sizes, with gaps of random sizes; types[] says what each byte of the file is. */
static void make_model(struct random *random, struct model *model, uint8_t *types)
{
    static const uint32_t scales[] = {1, 16, 1000, 9000, 100000, 2000000, 6000000};
    uint64_t offset = 0;
    memset(types, DTYPE_BYTES, LARGEST);
    for (size_t i = random_below(random, 200); i > 0; i--) {
        enum dtype dtype = (enum dtype)(1 + random_below(random, DTYPE_COUNT - 1));
        uint64_t element = znn_dtype_info(dtype)->block_bytes;
        uint64_t size = random_below(random, 1 + scales[random_below(random, 7)]) / element * element;
        offset += random_below(random, 3) ? 0 : random_below(random, 1 + scales[random_below(random, 7)]);
        if (offset + size > LARGEST)
            break;
        add_span(model, offset, size, dtype);
        memset(types + offset, (int)dtype, size);
        offset += size;
    }
}

/* Every byte of the chunk is in a piece of its own type, and every piece starts and ends between elements or blocks. */
static void check_types(const struct chunk_plan *plan, const struct model *model, const uint8_t *types)
{
    uint64_t at = plan->offset;
    size_t next = 0;
    for (size_t i = 0; i < plan->count; i++) {
        const struct piece *piece = &plan->pieces[i];
        uint32_t word = znn_dtype_info((enum dtype)piece->dtype)->block_bytes;
        assert_int_equal(piece->size % word, 0);
        for (uint64_t k = at; k < at + piece->size && k < LARGEST; k++)
            if (types[k] != piece->dtype)
                fail_msg("byte %" PRIu64 " is of type %u, not %u", k, types[k], piece->dtype);
        while (next < model->count && model->tensors[next].offset + model->tensors[next].size <= at)
            next++;
        if (piece->dtype != DTYPE_BYTES)
            assert_int_equal((at - model->tensors[next].offset) % word, 0);
        at += piece->size;
    }
}

static void test_pieces_tile_any_file(void **state)
{
    (void)state;
    struct random random = random_start(__func__);
    uint8_t *types = malloc(LARGEST);
    assert_non_null(types);
    for (int round = 0; round < 60; round++) {
        struct model model = {0};
        struct chunk_plan plan = {0};
        make_model(&random, &model, types);
        struct planner planner = {.model = &model};
        uint64_t end = LARGEST - random_below(&random, LARGEST);
        while (planner.offset < end) {
            plan_next(&planner, &plan);
            check_types(&plan, &model, types);
            bool numbers = false;
            for (size_t i = 0; i < plan.count; i++)
                numbers = numbers || plan.pieces[i].dtype != DTYPE_BYTES;
            assert_true(plan.size <= CHUNK_NUMBERS + CHUNK_SLACK || !numbers);
        }
        uint32_t there = plan.size - (uint32_t)(planner.offset - end);
        assert_true(znn_chunk_plan_shorten(&plan, there));
        assert_int_equal(plan.size, there);
        uint32_t broken = plan.pieces[plan.count - 1].size; /* what is left of an element is opaque */
        if (broken < 300 && plan.pieces[plan.count - 1].dtype == DTYPE_BYTES)
            plan.count--;
        check_types(&plan, &model, types);
        znn_chunk_plan_free(&plan);
        znn_model_free(&model);
    }
    free(types);
}

/* ------------------------------------------------------------------------------------------------------------------ */
/* References                                                                                                         */
/* ------------------------------------------------------------------------------------------------------------------ */

static void expect_references(struct planner *planner, uint32_t size, size_t pieces, uint64_t source)
{
    struct chunk_plan plan = {0};
    assert_true(znn_planner_next(planner, &plan));
    assert_true(plan.has_references && plan.pieces[0].is_reference);
    assert_int_equal(plan.size, size);
    assert_int_equal(plan.count, pieces);
    assert_true(plan.pieces[0].source == source);
    znn_chunk_plan_free(&plan);
}

static void test_references_have_chunks_of_their_own(void **state)
{
    (void)state;
    struct model model = {0};
    add_span(&model, 0, 40 * MIB, DTYPE_F32);
    add_span(&model, 40 * MIB, 40 * MIB, DTYPE_F32);
    struct reference items[] = {
        {.offset = 40 * MIB, .size = 20 * MIB, .source = 0},
        {.offset = 60 * MIB, .size = 1 * MIB, .source = 8 * MIB, .joins = true},
        {.offset = 61 * MIB + 100, .size = 2 * MIB, .source = 9 * MIB, .gap = 100, .joins = true},
        {.offset = 70 * MIB, .size = 1000, .source = 7},
    };
    struct references references = {.items = items, .count = 4};
    struct planner planner = {.model = &model, .references = &references};
    for (int i = 0; i < 40; i++)
        expect_chunk(&planner, MIB, 1);
    expect_references(&planner, 16 * MIB, 1, 0);
    expect_references(&planner, 7 * MIB + 100, 4, 16 * MIB);
    uint32_t left = 7 * MIB - 100;
    for (; left > MIB + CHUNK_SLACK; left -= MIB)
        expect_chunk(&planner, MIB, 1);
    expect_chunk(&planner, left, 1);
    expect_references(&planner, 1000, 1, 7);
    expect_chunk(&planner, MIB, 1);
    znn_model_free(&model);
}

static void test_references_up_to_the_limit(void **state)
{
    (void)state;
    struct model model = {0};
    struct reference items[REFERENCES_MAX + 3];
    for (size_t i = 0; i < REFERENCES_MAX + 3; i++)
        items[i] = (struct reference){.offset = MIB + 100 * i, .size = 100, .source = 5 * i, .joins = i > 0};
    struct references references = {.items = items, .count = REFERENCES_MAX + 3};
    struct planner planner = {.model = &model, .references = &references};
    expect_chunk(&planner, MIB, 1);
    expect_references(&planner, 100 * REFERENCES_MAX, REFERENCES_MAX, 0);
    expect_references(&planner, 300, 3, 5 * REFERENCES_MAX);
    expect_chunk(&planner, 4 * MIB, 1);
}

/* A reference that joins has to leave its gap, and a byte of itself, room in the chunk. */
static void test_references_that_fill_a_chunk(void **state)
{
    (void)state;
    static const struct {
        uint32_t first, gap, taken; /* of the second reference */
    } rows[] = {
        {CHUNK_MAX, 0, 0},        {CHUNK_MAX - 1, 0, 1},    {CHUNK_MAX - 100, 100, 0},
        {CHUNK_MAX - 100, 99, 1}, {CHUNK_MAX - 50, 100, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct model model = {0};
        struct reference items[] = {
            {.size = rows[i].first, .source = 7},
            {.offset = rows[i].first + rows[i].gap, .size = 1000, .source = 9, .gap = rows[i].gap, .joins = true},
        };
        struct references references = {.items = items, .count = 2};
        struct planner planner = {.model = &model, .references = &references};
        if (rows[i].taken > 0) {
            expect_references(&planner, CHUNK_MAX, rows[i].gap > 0 ? 3 : 2, 7);
        } else {
            expect_references(&planner, rows[i].first, 1, 7);
            if (rows[i].gap > 0)
                expect_chunk(&planner, rows[i].gap, 1);
        }
        expect_references(&planner, 1000 - rows[i].taken, 1, 9 + rows[i].taken);
    }
}

/* Equal tensors are cut at the same places, whatever stands before them. */
static void test_tensors_alone(void **state)
{
    (void)state;
    struct model model = {0};
    add_span(&model, 300, 20000, DTYPE_F32);
    add_span(&model, 20300, 3 * MIB, DTYPE_F32);
    add_span(&model, 20300 + 3 * MIB, 3 * MIB, DTYPE_F32);
    add_span(&model, 20300 + 6 * MIB, 100, DTYPE_F32);
    struct planner planner = {.model = &model, .alone = true};
    expect_chunk(&planner, 20300, 2);
    for (int i = 0; i < 6; i++)
        expect_chunk(&planner, MIB, 1);
    znn_model_free(&model);
}

/* A partner of wider numbers makes chunks shorter, and its places are counted in its own bytes. */
static void test_partners_of_other_types(void **state)
{
    (void)state;
    static const struct {
        enum dtype dtype, base_dtype;
        uint32_t chunk;
    } rows[] = {
        {DTYPE_BF16, DTYPE_BYTES, MIB},  {DTYPE_BF16, DTYPE_F16, MIB},        {DTYPE_BF16, DTYPE_F32, MIB / 2},
        {DTYPE_F32, DTYPE_BF16, MIB},    {DTYPE_F8_E4M3, DTYPE_F32, MIB / 4}, {DTYPE_F8_E5M2, DTYPE_F64, MIB / 8},
        {DTYPE_F64, DTYPE_F8_E4M3, MIB},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct model model = {0};
        const struct link link = {.number = 7, .size = 3 * MIB, .dtype = (uint8_t)rows[i].base_dtype};
        add_span(&model, 0, 4 * MIB, rows[i].dtype); /* the partner is shorter */
        struct planner planner = {.model = &model, .links = &link};
        for (uint64_t done = 0; done < 3 * MIB; done += rows[i].chunk) {
            struct chunk_plan plan = {0};
            plan_next(&planner, &plan);
            assert_int_equal(plan.size, rows[i].chunk);
            assert_int_equal(plan.count, 1);
            assert_true(plan.pieces->related && plan.pieces->base == 7);
            assert_int_equal(plan.pieces->base_dtype, rows[i].base_dtype);
            assert_true(plan.pieces->base_offset == znn_partner_size(done, (uint8_t)rows[i].dtype, link.dtype));
            assert_true(plan.weight <= CHUNK_NUMBERS);
            znn_chunk_plan_free(&plan);
        }
        expect_chunk(&planner, MIB, 1);
        znn_model_free(&model);
    }
    assert_int_equal(znn_partner_size(10, DTYPE_BF16, DTYPE_F64), 40);
    assert_int_equal(znn_partner_size(40, DTYPE_F64, DTYPE_F8_E4M3), 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_references_have_chunks_of_their_own),
        cmocka_unit_test(test_references_up_to_the_limit),
        cmocka_unit_test(test_references_that_fill_a_chunk),
        cmocka_unit_test(test_tensors_alone),
        cmocka_unit_test(test_partners_of_other_types),
        cmocka_unit_test(test_without_tensors_all_is_opaque),
        cmocka_unit_test(test_large_tensor_goes_by_the_mebibyte),
        cmocka_unit_test(test_small_tail_is_taken_along),
        cmocka_unit_test(test_short_heads),
        cmocka_unit_test(test_cuts_lie_between_elements),
        cmocka_unit_test(test_small_tensors_are_marked),
        cmocka_unit_test(test_opaque_gap_is_not_cut_where_it_fits),
        cmocka_unit_test(test_what_is_no_span_is_passed_over),
        cmocka_unit_test(test_many_tiny_tensors),
        cmocka_unit_test(test_far_tensors),
        cmocka_unit_test(test_shorten),
        cmocka_unit_test(test_pieces_tile_any_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

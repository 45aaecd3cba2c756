/*
 * test_cli_family.c - which models become differences from which
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/family/choose.h"
#include "cli/family/pairs.h"
#include "support.h"

#define MEMBERS 9

struct case_of_choice {
    struct member_choice members[MEMBERS];
    size_t count;
    struct pair_size pairs[MEMBERS * MEMBERS];
    size_t pair_count;
};

static struct case_of_choice make_case(struct random *random)
{
    struct case_of_choice made = {.count = 1 + random_below(random, MEMBERS)};
    for (size_t i = 0; i < made.count; i++) {
        made.members[i].is_fixed = random_below(random, 5) == 0;
        made.members[i].depth = made.members[i].is_fixed ? (unsigned)random_below(random, 4) : 0;
        made.members[i].alone = made.members[i].is_fixed ? 0 : 100 + random_below(random, 1000);
    }
    for (size_t i = 0; i < made.count; i++)
        for (size_t k = 0; k < made.count; k++)
            if (i != k && random_below(random, 3) > 0)
                made.pairs[made.pair_count++] = (struct pair_size){i, k, random_below(random, 1100)};
    return made;
}

static uint64_t size_of(const struct case_of_choice *made, size_t child, size_t base)
{
    for (size_t i = 0; i < made->pair_count; i++)
        if (made->pairs[i].child == child && made->pairs[i].base == base)
            return made->pairs[i].size;
    return UINT64_MAX;
}

/* Adds up the sizes, or returns UINT64_MAX if the choice is not allowed. */
static uint64_t sum_of(const struct case_of_choice *made, unsigned depth_max)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < made->count; i++) {
        size_t base = made->members[i].base;
        size_t at = i;
        for (size_t steps = 0; at != NO_BASE && steps <= made->count; steps++)
            at = made->members[at].base;
        uint64_t size = base == NO_BASE ? made->members[i].alone : size_of(made, i, base);
        if (at != NO_BASE || size == UINT64_MAX || (made->members[i].is_fixed && base != NO_BASE) ||
            (base != NO_BASE && znn_choice_depth(made->members, i) > depth_max))
            return UINT64_MAX;
        sum += size;
    }
    return sum;
}

/* Tries all choices with bases that are whole, one after the other like the digits of a number. */
static uint64_t least_sum(const struct case_of_choice *made)
{
    struct case_of_choice tried = *made;
    uint64_t least = UINT64_MAX;
    for (size_t i = 0; i < made->count; i++)
        tried.members[i].base = NO_BASE;
    for (size_t i = 0; i < made->count;) {
        uint64_t sum = sum_of(&tried, 1);
        least = sum < least ? sum : least;
        for (i = 0; i < made->count; i++) {
            size_t *base = &tried.members[i].base;
            *base = *base == NO_BASE ? 0 : *base + 1;
            if (*base < made->count)
                break;
            *base = NO_BASE;
        }
    }
    return least;
}

static void test_choices_are_allowed(void **state)
{
    (void)state;
    struct random random = random_start(__func__);
    for (int i = 0; i < 2000; i++) {
        struct case_of_choice made = make_case(&random);
        uint64_t alone = 0;
        for (size_t k = 0; k < made.count; k++)
            alone += made.members[k].alone;
        for (unsigned depth = 1; depth <= 4; depth++) {
            assert_true(znn_choose_bases(made.members, made.count, made.pairs, made.pair_count, depth));
            assert_true(sum_of(&made, depth) <= alone);
        }
    }
}

/* The greedy choice is near the best one on average, and seldom far from it. */
static void test_choices_are_good(void **state)
{
    (void)state;
    struct random random = random_start(__func__);
    uint64_t chosen = 0, best = 0;
    for (int i = 0; i < 300; i++) {
        struct case_of_choice made = make_case(&random);
        made.count = made.count < 5 ? made.count : 5;
        size_t kept = 0;
        for (size_t k = 0; k < made.pair_count; k++)
            if (made.pairs[k].child < made.count && made.pairs[k].base < made.count)
                made.pairs[kept++] = made.pairs[k];
        made.pair_count = kept;
        assert_true(znn_choose_bases(made.members, made.count, made.pairs, made.pair_count, 1));
        uint64_t sum = sum_of(&made, 1), least = least_sum(&made);
        assert_true(least <= sum);
        chosen += sum;
        best += least;
    }
    assert_true(chosen <= best + best / 10);
}

static void test_one_base_for_all(void **state)
{
    (void)state;
    struct member_choice members[4] = {{.alone = 100}, {.alone = 90}, {.alone = 90}, {.alone = 90}};
    const struct pair_size pairs[] = {{0, 1, 50}, {1, 0, 10}, {2, 0, 10}, {3, 0, 10}, {3, 2, 1}};
    assert_true(znn_choose_bases(members, 4, pairs, 5, 1));
    assert_true(members[0].base == NO_BASE);
    for (size_t i = 1; i < 4; i++)
        assert_int_equal(members[i].base, 0);
    assert_true(znn_choose_bases(members, 4, pairs, 5, 2));
    assert_int_equal(members[3].base, 2);
    assert_int_equal(znn_choice_depth(members, 3), 2);
}

/* ---------------------------------------------------------------------------------------------------------------- */
/* Candidates                                                                                                       */
/* ---------------------------------------------------------------------------------------------------------------- */

/* A member at `place` with these keys, whose elements take `bits`. */
static struct member member_with(const char *place, uint64_t first_key, size_t keys, unsigned bits)
{
    struct member member = {
        .path = place, .place = place, .sketch = {.count = keys, .elements = 800, .size = 100 * bits}};
    for (size_t i = 0; i < keys; i++)
        member.sketch.keys[i] = first_key + i;
    return member;
}

static void test_members_are_sorted_by_numbers(void **state)
{
    (void)state;
    static const char *const places[] = {"d/step-2.znn",  "d/step-10.znn",  "d/step-010.znn", "d/step-10a.znn",
                                         "d/step-99.znn", "d/step-100.znn", "d/stepa.znn",    "e/1.znn"};
    enum { COUNT = sizeof places / sizeof *places };
    struct random random = random_start(__func__);
    for (int round = 0; round < 100; round++) {
        struct member list[COUNT];
        struct members members = {list, COUNT, COUNT};
        for (size_t i = 0; i < COUNT; i++) {
            size_t at = random_below(&random, (uint32_t)i + 1);
            list[i] = list[at];
            list[at] = member_with(places[i], 1, 1, 16);
        }
        znn_members_sort(&members);
        for (size_t i = 0; i < COUNT; i++)
            assert_true(strcmp(list[i].place, places[i]) == 0 || i == 1 || i == 2); /* 10 and 010: either first */
    }
}

static void test_candidates(void **state)
{
    (void)state;
    struct member list[30];
    static char places[30][20];
    struct members members = {list, 30, 30};
    size_t bases[CANDIDATES_MAX];
    for (size_t i = 0; i < 30; i++) {
        snprintf(places[i], sizeof places[i], "d/%zu.znn", i + 10);
        list[i] = member_with(places[i], i == 29 ? 1000 : 1, 20, i == 3 ? 32 : i == 4 ? 4 : 16);
    }
    size_t count = znn_pick_candidates(&members, 20, 1, bases);
    assert_int_equal(count, CANDIDATES_MAX);
    assert_int_equal(bases[0], 3); /* the precise one, then those in the middle, then the neighbours */
    for (size_t i = 1; i < 3; i++)
        assert_true(bases[i] >= 12 && bases[i] <= 16);
    for (size_t i = 3; i < count; i++)
        assert_true(bases[i] >= 15 && bases[i] <= 25 && bases[i] != 20);
    size_t others[CANDIDATES_MAX];
    assert_int_equal(znn_pick_candidates(&members, 27, 1, others), CANDIDATES_MAX);
    assert_true(others[0] == bases[0] && others[1] == bases[1] && others[2] == bases[2]); /* so one base serves both */
    assert_int_equal(znn_pick_candidates(&members, 29, 1, bases), 0);                     /* shares nothing */
    count = znn_pick_candidates(&members, 5, 1, bases);
    for (size_t i = 0; i < count; i++)
        assert_int_not_equal(bases[i], 4); /* too few bits */
    for (size_t i = 0; i < 30; i++)
        list[i].choice = (struct member_choice){.is_fixed = true, .depth = i == 7 ? 0 : 1};
    assert_int_equal(znn_pick_candidates(&members, 20, 1, bases), 1);
    assert_int_equal(bases[0], 7); /* the only one that is no difference itself */
    assert_int_equal(znn_pick_candidates(&members, 20, 2, bases), CANDIDATES_MAX);
}

static void expect_name(const char *child, size_t operand, const char *base, size_t other, const char *name)
{
    const struct member from = {.place = child, .operand = operand}, to = {.place = base, .operand = other};
    char *made = znn_member_base_name(&from, &to);
    if (name)
        assert_string_equal(made, name);
    else
        assert_null(made);
    free(made);
}

static void test_names_of_bases(void **state)
{
    (void)state;
    char place[300] = "d/";
    memset(place + 2, 'a', 256);
    expect_name("d/a.znn", 0, "d/b.znn", 0, "b.znn");
    expect_name("d/x/a.znn", 0, "d/y/b.znn", 0, "../y/b.znn");
    expect_name("d/a.znn", 0, "d/y/b.znn", 0, "y/b.znn");
    expect_name("d/a.znn", 0, "d/b.znn", 1, "b.znn"); /* two files that the user names */
    expect_name("d/x/a.znn", 0, "d/y/b.znn", 1, NULL);
    expect_name("d/x/a.znn", 0, "d/.y/b.znn", 0, NULL);
    expect_name("d/x/a.znn", 0, "d/y/b?.znn", 0, NULL);
    expect_name("d/x/a.znn", 0, "d/\xc3\xa4/b.znn", 0, NULL);
    expect_name("d/a.znn", 0, place, 0, NULL);
}

/* ---------------------------------------------------------------------------------------------------------------- */
/* Sketches                                                                                                         */
/* ---------------------------------------------------------------------------------------------------------------- */

/* A safetensors file of `count` tensors with these numbers of elements, and the sketch of it. */
static struct sketch sketch_of(const size_t *elements, size_t count, const char *dtype, size_t width)
{
    static char file[1 << 20];
    size_t end = 8, offset = 0;
    struct sketch sketch;
    for (size_t i = 0; i < count; i++) {
        end += (size_t)snprintf(file + end, sizeof file - end,
                                "%c\"t%zu\":{\"dtype\":\"%s\",\"shape\":[%zu],\"data_offsets\":[%zu,%zu]}",
                                i == 0 ? '{' : ',', i, dtype, elements[i], offset, offset + width * elements[i]);
        offset += width * elements[i];
    }
    file[end++] = '}';
    for (size_t i = 0; i < 8; i++)
        file[i] = (char)((end - 8) >> 8 * i & 255);
    assert_true(end + offset <= sizeof file);
    struct znn_input input = znn_input_memory(file, end + offset);
    struct znn_base *base;
    assert_int_equal(znn_base_open(&input, NULL, &base, NULL), ZNN_OK);
    assert_true(znn_sketch_make(&sketch, base));
    znn_base_close(base);
    return sketch;
}

static void test_sketches(void **state)
{
    (void)state;
    size_t elements[300], others[300];
    for (size_t i = 0; i < 300; i++) {
        elements[i] = i < 100 ? 64 : 65 + i;
        others[299 - i] = elements[i];
    }
    struct sketch wide = sketch_of(elements, 300, "F32", 4);
    struct sketch narrow = sketch_of(others, 300, "BF16", 2); /* in another order and type */
    assert_int_equal(wide.count, SKETCH_KEYS);
    assert_int_equal(znn_sketch_common(&wide, &narrow), SKETCH_KEYS);
    assert_true(znn_sketch_bits(&wide) == 32 && znn_sketch_bits(&narrow) == 16);
    for (size_t i = 0; i < 300; i++)
        others[i] = 1000 + i;
    others[0] = 100000; /* one large tensor among many others is enough */
    elements[7] = 100000;
    wide = sketch_of(elements, 300, "BF16", 2);
    narrow = sketch_of(others, 300, "BF16", 2);
    assert_int_equal(znn_sketch_common(&wide, &narrow), 1);
    others[0] = 0;
    narrow = sketch_of(others, 1, "BF16", 2);
    assert_int_equal(narrow.count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_choices_are_allowed),
        cmocka_unit_test(test_choices_are_good),
        cmocka_unit_test(test_one_base_for_all),
        cmocka_unit_test(test_members_are_sorted_by_numbers),
        cmocka_unit_test(test_candidates),
        cmocka_unit_test(test_names_of_bases),
        cmocka_unit_test(test_sketches),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

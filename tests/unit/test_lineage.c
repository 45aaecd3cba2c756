/*
 * test_lineage.c - how many pairs of tensors a file may list
 *
 * The limits take hundreds of thousands of tensors, so these models and bases are put together without files.  All
 * tensors of a base have the same bytes, and only the first tensor of the model is looked at.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "callbacks.h"
#include "container/format.h"
#include "engine/cut/lineage.h"
#include "support.h"

/* The bytes of each tensor. */
#define SIZE ((uint64_t)4096)

/* Further away than a stream is looked at. */
#define FAR ((uint64_t)16 << 20)

/* The bytes of a row in the list, without the name. */
#define ROW 40

struct pair {
    uint8_t bytes[SIZE];
    struct feed feed;
    struct znn_input input;
    struct source source;
    struct model model;
    struct znn_base base;
    struct bases bases;
};

/* Makes the model and its base of `count` tensors, with names of `name_size` characters. */
static struct pair *make_pair(size_t count, uint32_t name_size)
{
    struct random random = random_start(__func__);
    struct pair *pair = calloc(1, sizeof *pair);
    const uint64_t shape = SIZE;
    struct buffer text = {0};
    char name[200];
    assert_non_null(pair);
    assert_true(name_size < sizeof name);
    for (size_t i = 0; i < SIZE; i++)
        pair->bytes[i] = (uint8_t)random_u64(&random);
    for (size_t i = 0; i < count; i++) {
        struct tensor tensor = {
            .size = SIZE, .name_size = name_size, .rank = 1, .dtype = DTYPE_U8, .flags = TENSOR_SPAN | TENSOR_LISTED};
        snprintf(name, sizeof name, "%0*zu", (int)name_size, i);
        text.size = 0;
        assert_true(znn_buffer_append(&text, name, name_size) && znn_buffer_append_leb128(&text, shape));
        assert_true(znn_tensor_list_add(&pair->base.list, &tensor, &text));
        tensor.offset = i == 0 ? 0 : FAR + i * SIZE;
        assert_true(znn_model_add(&pair->model, &tensor, name, &shape));
    }
    znn_buffer_free(&text);
    assert_true(znn_tensor_list_finish(&pair->base.list));
    pair->feed = (struct feed){.data = pair->bytes, .size = SIZE};
    pair->input = feed_input(&pair->feed, WAY_STREAM);
    znn_source_open(&pair->source, &pair->input);
    pair->base.tensors = &pair->base.list;
    pair->base.size = pair->base.all = SIZE;
    pair->base.input = znn_input_memory(pair->bytes, SIZE);
    znn_source_open(&pair->base.source, &pair->base.input);
    znn_mutex_open(&pair->base.lock);
    znn_bases_open(&pair->bases, &pair->base, NULL);
    return pair;
}

static void free_pair(struct pair *pair)
{
    znn_bases_close(&pair->bases);
    znn_mutex_close(&pair->base.lock);
    znn_source_close(&pair->base.source);
    free(pair->base.hashes);
    znn_tensor_list_free(&pair->base.list);
    znn_model_free(&pair->model);
    znn_source_close(&pair->source);
    free(pair);
}

/* Of `count` tensors, the first `listed` are coded against the base, and the others are not. */
static void expect_listed(size_t count, uint32_t name_size, size_t listed)
{
    struct pair *pair = make_pair(count, name_size);
    struct link *links;
    assert_int_equal(znn_lineage_trace(&pair->model, &pair->source, NULL, 1, &pair->bases, &links, NULL), ZNN_OK);
    assert_int_equal(pair->bases.count, listed);
    assert_non_null(links);
    for (size_t i = 0; i < count; i++)
        if (links[i].number != (i < listed ? i : NO_LINK))
            fail_msg("tensor %zu is number %lu", i, (unsigned long)links[i].number);
    free(links);
    free_pair(pair);
}

static void test_number_of_tensors(void **state)
{
    (void)state;
    expect_listed(BASE_TENSORS_MAX, 7, BASE_TENSORS_MAX);
    expect_listed(BASE_TENSORS_MAX + 2, 7, BASE_TENSORS_MAX);
}

/* A row takes at most ROW bytes and its name. */
static void test_size_of_the_list(void **state)
{
    (void)state;
    const uint32_t name_size = 128 - ROW;
    expect_listed(BASES_TABLE_MAX / 128, name_size, BASES_TABLE_MAX / 128);
    expect_listed(BASES_TABLE_MAX / 128 + 2, name_size, BASES_TABLE_MAX / 128);
}

/* Returns the number of pairs listed if the only tensor has `size` bytes. */
static size_t list_single(uint64_t size)
{
    struct pair *pair = make_pair(1, 1);
    struct link *links;
    pair->model.tensors[0].size = size;
    assert_int_equal(znn_lineage_trace(&pair->model, &pair->source, NULL, 1, &pair->bases, &links, NULL), ZNN_OK);
    size_t count = pair->bases.count;
    assert_int_equal(links != NULL, count > 0);
    free(links);
    free_pair(pair);
    return count;
}

/* The pair saves about 56 bytes less than the tensor has, and the list takes 128. */
static void test_a_pair_that_saves_less_than_a_list_takes(void **state)
{
    (void)state;
    assert_int_equal(list_single(150), 0);
    assert_int_equal(list_single(250), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_number_of_tensors),
        cmocka_unit_test(test_size_of_the_list),
        cmocka_unit_test(test_a_pair_that_saves_less_than_a_list_takes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * salvage_samples.h - a .znn file of several chunks, ways to damage it, and what salvaging it must give
 */
#ifndef ZNN_TESTS_SALVAGE_SAMPLES_H
#define ZNN_TESTS_SALVAGE_SAMPLES_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <xxhash.h>

#include "../faults/mutations.h"
#include "callbacks.h"
#include "container/record.h"
#include "engine/run/salvage.h"
#include "model_files.h"

static struct model_file model;
static struct buffer file;
static struct znn_memory packed;

static int make_samples(void **state)
{
    (void)state;
    struct random random = {7};
    model = make_model(&random, 12, 300000);
    file = model.bytes;
    packed = make_znn(&file, 1);
    return 0;
}

static int free_samples(void **state)
{
    (void)state;
    model_file_free(&model);
    free(packed.data);
    return 0;
}

/* A damaged file, and what came of it. */
struct outcome {
    struct file_bytes damaged;
    struct file_bytes records[RECORDS_LISTED];
    size_t count;
    enum znn_status status;
    struct znn_error error;
    struct znn_salvage *salvage;
    struct drain drain;
    uint64_t lost;
};

static struct outcome start(void)
{
    struct outcome outcome = {.error = ZNN_INIT(struct znn_error), .damaged = {malloc(2 * packed.size), packed.size}};
    assert_non_null(outcome.damaged.data);
    memcpy(outcome.damaged.data, packed.data, packed.size);
    outcome.count = list_records(&outcome.damaged, outcome.records);
    assert_true(outcome.count > 4);
    return outcome;
}

static size_t place_of(const struct outcome *outcome, size_t record)
{
    return (size_t)(outcome->records[record].data - outcome->damaged.data);
}

static void end(struct outcome *outcome)
{
    znn_salvage_free(outcome->salvage);
    drain_close(&outcome->drain);
    free(outcome->damaged.data);
}

/* What is not lost is right, and what is lost is zero. */
static void check_bytes(struct outcome *outcome)
{
    int is_known;
    size_t size = (size_t)znn_salvage_size(outcome->salvage, &is_known);
    size_t next = 0;
    size_t ranges = znn_salvage_range_count(outcome->salvage);
    assert_true(size <= file.size && (!is_known || size == file.size));
    for (size_t i = 0; i <= ranges; i++) {
        uint64_t offset = size, lost = 0;
        if (i < ranges)
            znn_salvage_range(outcome->salvage, i, &offset, &lost);
        assert_true(offset >= next && offset + lost <= size);
        if (offset > next)
            assert_memory_equal(outcome->drain.data + next, file.data + next, (size_t)offset - next);
        for (size_t k = (size_t)offset; k < offset + lost && k < outcome->drain.size; k++)
            assert_int_equal(outcome->drain.data[k], 0);
        next = (size_t)(offset + lost);
        outcome->lost += lost;
    }
}

static void salvage(struct outcome *outcome, enum way way, bool anywhere)
{
    struct feed feed = {.data = outcome->damaged.data, .size = outcome->damaged.size, .step = 100000};
    struct znn_input input = feed_input(&feed, way);
    drain_open(&outcome->drain);
    struct znn_output output = drain_output(&outcome->drain, anywhere);
    outcome->status = znn_salvage(&input, &output, NULL, &outcome->salvage, &outcome->error);
    if (outcome->status)
        assert_null(outcome->salvage);
    else
        check_bytes(outcome);
}

/* Damages a file, salvages it in each way and looks at what came out. */
static void try(void (*damage)(struct outcome *outcome), void (*look)(struct outcome *outcome))
{
    for (enum way way = WAY_MEMORY; way <= WAY_RANDOM_ACCESS; way++)
        for (int anywhere = 0; anywhere < 2; anywhere++) {
            struct outcome outcome = start();
            if (damage)
                damage(&outcome);
            salvage(&outcome, way, anywhere);
            look(&outcome);
            end(&outcome);
        }
}

static uint64_t chunk_size(const struct outcome *outcome, size_t record)
{
    return load_le32(packed.data + place_of(outcome, record) + 20);
}

static uint64_t chunk_offset(const struct outcome *outcome, size_t record)
{
    return load_le64(packed.data + place_of(outcome, record) + 24);
}

static void expect_complete(struct outcome *outcome, bool whole)
{
    int is_known;
    assert_int_equal(outcome->status, ZNN_OK);
    assert_int_equal(znn_salvage_is_whole(outcome->salvage), whole);
    assert_int_equal(znn_salvage_size(outcome->salvage, &is_known), file.size);
    assert_int_equal(outcome->lost, 0);
}

static void expect_whole(struct outcome *outcome)
{
    expect_complete(outcome, true);
    assert_int_equal(znn_salvage_tensor_count(outcome->salvage), model.count);
}

static void expect_all_but_proof(struct outcome *outcome)
{
    expect_complete(outcome, false);
    assert_int_equal(znn_salvage_tensor_count(outcome->salvage), model.count);
}

/* Chunk 2 is lost, and nothing else. */
static void expect_loss_of_2(struct outcome *outcome)
{
    uint64_t offset, size, sum = 0;
    assert_int_equal(outcome->status, ZNN_OK);
    assert_int_equal(znn_salvage_is_whole(outcome->salvage), 0);
    assert_int_equal(znn_salvage_range_count(outcome->salvage), 1);
    znn_salvage_range(outcome->salvage, 0, &offset, &size);
    assert_int_equal(offset, chunk_offset(outcome, 2));
    assert_int_equal(size, chunk_size(outcome, 2));
    for (size_t i = 0; i < znn_salvage_tensor_count(outcome->salvage); i++) {
        struct znn_tensor tensor = ZNN_INIT(struct znn_tensor);
        uint64_t lost;
        znn_salvage_tensor(outcome->salvage, i, &tensor, &lost);
        assert_true(lost <= tensor.size);
        assert_true(lost == 0 || (tensor.offset < offset + size && tensor.offset + tensor.size > offset));
        sum += lost;
    }
    assert_true(sum <= size && sum > 0);
}

static void change(struct outcome *outcome, size_t place)
{
    outcome->damaged.data[place] ^= 0x10;
}

static void damage_payload(struct outcome *outcome)
{
    change(outcome, place_of(outcome, 3) - 5);
}

static void damage_marker(struct outcome *outcome)
{
    change(outcome, place_of(outcome, 2) + 1);
}

static void damage_sizes(struct outcome *outcome)
{
    change(outcome, place_of(outcome, 2) + 39);
}

static void damage_directory(struct outcome *outcome)
{
    change(outcome, place_of(outcome, 2) + 50);
}

static void lose_bytes(struct outcome *outcome)
{
    size_t place = place_of(outcome, 2) + 1000;
    shift(&outcome->damaged, place + 17, place);
}

static void lose_chunk(struct outcome *outcome)
{
    shift(&outcome->damaged, place_of(outcome, 3), place_of(outcome, 2));
}

static void gain_bytes(struct outcome *outcome)
{
    size_t place = place_of(outcome, 2) + 1000;
    shift(&outcome->damaged, place, place + 3);
}

#endif

/*
 * test_sample.c - an estimate from some chunks
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "common/bytes.h"
#include "engine/run/sample.h"

static void step_follows_from_size(void **state)
{
    (void)state;
    assert_int_equal(znn_sample_step(ZNN_SIZE_UNKNOWN), 0);
    assert_int_equal(znn_sample_step(0), 0);
    assert_true(znn_sample_step((uint64_t)511 << 20) < 2);
    assert_int_equal(znn_sample_step((uint64_t)512 << 20), 2);
    assert_int_equal(znn_sample_step((uint64_t)100 << 30), 400);
}

/* Takes `count` chunks of 1 MiB, and of 2 MiB where `odd` says so, and returns how many had to be compressed. */
static unsigned take(struct sample *sample, unsigned count, unsigned odd)
{
    uint8_t head[RECORD_PREFIX + 4] = {0};
    unsigned compressed = 0;
    for (unsigned i = 0; i < count; i++) {
        struct piece piece = {.size = odd && i % odd == 0 ? 2u << 20 : 1u << 20};
        struct chunk_plan plan = {.offset = i, .size = piece.size, .pieces = &piece, .count = 1};
        struct encoded_chunk chunk = {0};
        if (znn_sample_covers(sample, &plan, &chunk)) {
            assert_int_equal(chunk.record.offset, i);
            assert_int_equal(chunk.record.decoded_size, piece.size);
            assert_int_equal(chunk.head_size, sizeof head);
            assert_int_equal(load_le64(chunk.head + 24), i);
            continue;
        }
        compressed++;
        chunk.record = (struct record){.kind = RECORD_CHUNK, .decoded_size = piece.size, .directory_size = 4};
        chunk.head = head;
        chunk.head_size = sizeof head;
        assert_true(znn_sample_remember(sample, &plan, &chunk));
    }
    return compressed;
}

static void one_stands_for_many(void **state)
{
    (void)state;
    static const unsigned steps[] = {0, 1, 2, 3, 10, 100};
    static const unsigned expected[] = {1000, 1000, 500, 333, 100, 10};
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        struct sample sample = {.step = steps[i]};
        assert_in_range(take(&sample, 1000, 0), expected[i], expected[i] + 2);
        znn_sample_free(&sample);
        sample = (struct sample){.step = steps[i]};
        assert_in_range(take(&sample, 1000, 3), expected[i], expected[i] + 3);
        znn_sample_free(&sample);
    }
}

/* ---------------------------------------------------------------------------------------------------------------- */
/* A model that is not there                                                                                        */
/* ---------------------------------------------------------------------------------------------------------------- */

#define BLOCK ((size_t)1 << 20)
#define BLOCKS 600

struct made_model {
    uint8_t head[128];
    uint64_t head_size;
    uint8_t block[BLOCK];
    _Atomic uint64_t given; /* bytes that were read, by whatever thread */
};

/* The head, and then the same block over and over. */
static ptrdiff_t read_made(void *context, void *buffer, size_t size, uint64_t offset)
{
    struct made_model *model = context;
    const uint8_t *source;
    uint64_t left;
    if (offset < model->head_size) {
        source = model->head + offset;
        left = model->head_size - offset;
    } else {
        uint64_t place = offset - model->head_size;
        if (place >= BLOCKS * BLOCK)
            return ZNN_CALLBACK_END;
        source = model->block + place % BLOCK;
        left = BLOCK - place % BLOCK;
    }
    size = size < left ? size : (size_t)left;
    memcpy(buffer, source, size);
    model->given += size;
    return (ptrdiff_t)size;
}

static struct made_model *make(void)
{
    struct made_model *model = calloc(1, sizeof *model);
    assert_non_null(model);
    int size = snprintf((char *)model->head + 8, sizeof model->head - 8,
                        "{\"a\":{\"dtype\":\"BF16\",\"shape\":[%zu],\"data_offsets\":[0,%zu]}}", BLOCKS * BLOCK / 2,
                        BLOCKS * BLOCK);
    store_le64(model->head, (uint64_t)size);
    model->head_size = 8 + (uint64_t)size;
    uint32_t number = 1;
    for (size_t i = 0; i < BLOCK; i++) {
        number = number * 1664525 + 1013904223;
        model->block[i] = i % 2 > 0 ? 0x3c + (uint8_t)(number >> 28 & number >> 29) : (uint8_t)(number >> 24);
    }
    return model;
}

static uint64_t analyze(struct made_model *model, int quick, unsigned threads)
{
    struct znn_input input = {.context = model, .size = model->head_size + BLOCKS * BLOCK, .read_at = read_made};
    struct znn_compress_options compress = {
        .struct_size = sizeof(struct znn_compress_options), .level = 1, .threads = threads};
    struct znn_analysis_options options = {
        .struct_size = sizeof(struct znn_analysis_options), .compress = &compress, .quick = quick};
    struct znn_analysis *analysis;
    struct znn_report report = ZNN_INIT(struct znn_report);
    assert_int_equal(znn_analyze(&input, &options, &analysis, NULL), ZNN_OK);
    znn_analysis_report(analysis, &report);
    uint64_t opaque, opaque_compressed, container;
    struct znn_tensor tensor = ZNN_INIT(struct znn_tensor);
    struct znn_cost cost = ZNN_INIT(struct znn_cost);
    znn_analysis_rest(analysis, &opaque, &opaque_compressed, &container);
    znn_analysis_tensor(analysis, 0, &tensor, &cost);
    assert_int_equal(report.original_size, input.size);
    assert_int_equal(opaque_compressed + container + cost.compressed_size, report.compressed_size);
    znn_analysis_free(analysis);
    return report.compressed_size;
}

static void an_estimate_is_near(void **state)
{
    (void)state;
    struct made_model *model = make();
    uint64_t estimate = analyze(model, 1, 1);
    assert_true(model->given < (BLOCKS / 2 + 20) * BLOCK);
    assert_int_equal(analyze(model, 1, 3), estimate);
    uint64_t exact = analyze(model, 0, 2);
    uint64_t difference = exact > estimate ? exact - estimate : estimate - exact;
    assert_true(difference < exact / 100);
    free(model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(step_follows_from_size),
        cmocka_unit_test(one_stands_for_many),
        cmocka_unit_test(an_estimate_is_near),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

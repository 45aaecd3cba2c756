/*
 * test_base_match.c - how tensors find their partners in a base: by name, translated name, content and shape
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "callbacks.h"
#include "common/bytes.h"
#include "engine/cut/base_match.h"
#include "engine/cut/fingerprint.h"
#include "ggml_pairs.h"
#include "gguf_writer.h"
#include "support.h"
#include "transform/ggml/ggml_split.h"
#include "transform/ggml/ggml_values.h"
#include "transform/ggml/half.h"

#define COLUMNS 256
#define ROWS 6
#define NUMBERS (COLUMNS * ROWS)
#define TENSORS 12

#define TYPE_F32 0
#define TYPE_BF16 30

static const uint8_t block_types[GGML_KINDS] = {2, 3, 6, 7, 8, 10, 11, 12, 13, 14, 20, 23};

static uint8_t weights[TENSORS][4 * NUMBERS]; /* F32 */

struct content {
    char name[64];
    unsigned type;
    uint64_t columns, rows;
    size_t size;
    uint8_t bytes[4 * NUMBERS];
};

static struct content base_tensors[TENSORS], tensors[TENSORS];

static struct buffer make_file(const struct content *contents, size_t count)
{
    static const uint8_t zeros[32];
    struct buffer file = {0};
    uint64_t offset = 0;
    gguf_header(&file, 3, count, 0);
    for (size_t i = 0; i < count; i++) {
        const uint64_t shape[4] = {contents[i].columns, contents[i].rows};
        gguf_tensor(&file, contents[i].name, contents[i].type, shape, offset);
        offset += (contents[i].size + 31) / 32 * 32;
    }
    gguf_data(&file, 32, 0);
    for (size_t i = 0; i < count; i++) {
        assert_true(znn_buffer_append(&file, contents[i].bytes, contents[i].size));
        assert_true(znn_buffer_append(&file, zeros, (32 - contents[i].size % 32) % 32));
    }
    return file;
}

/* Numbers like weights, for all tensors. */
static void fill(struct random *random)
{
    for (unsigned t = 0; t < TENSORS; t++)
        for (unsigned i = 0; i < NUMBERS; i++) {
            int32_t sum = 0;
            for (unsigned k = 0; k < 4; k++)
                sum += (int32_t)random_below(random, 2001) - 1000;
            store_le32(weights[t] + (size_t)4 * i, bits_from_float((float)sum * 0x1p-14f));
        }
}

/* Makes a tensor of the weights number `t`.  `kind` is of blocks, or GGML_KINDS for floats of type `type`. */
static void make(struct content *content, const char *name, unsigned t, enum ggml_kind kind, unsigned type)
{
    static const uint8_t zeros[NUMBERS];
    *content = (struct content){.type = type, .columns = COLUMNS, .rows = ROWS};
    snprintf(content->name, sizeof content->name, "%s", name);
    if (kind < GGML_KINDS) {
        const struct ggml_block *block = znn_ggml_block(kind);
        const struct ggml_differences none = {{zeros, zeros, zeros, zeros}, {zeros, zeros}, NULL};
        znn_ggml_merge(kind, GGML_FROM_F32, weights[t], &none, NUMBERS / block->values, content->bytes);
        content->size = (size_t)NUMBERS / block->values * block->bytes;
        content->type = block_types[kind];
        return;
    }
    for (unsigned i = 0; i < NUMBERS; i++)
        if (type == TYPE_F32)
            memcpy(content->bytes + (size_t)4 * i, weights[t] + (size_t)4 * i, 4);
        else
            memcpy(content->bytes + (size_t)2 * i, weights[t] + (size_t)4 * i + 2, 2);
    content->size = (type == TYPE_F32 ? 4 : 2) * (size_t)NUMBERS;
}

/* Matches the first `count` tensors with as many of the base. */
static void match(size_t count, enum way way, struct match *matches)
{
    struct buffer file = make_file(tensors, count), base_file = make_file(base_tensors, count);
    struct feed feed = {.data = file.data, .size = file.size};
    struct znn_input input = feed_input(&feed, way), base_input = znn_input_memory(base_file.data, base_file.size);
    struct znn_base *base;
    struct source source;
    struct model model = {0};
    znn_source_open(&source, &input);
    assert_int_equal(znn_base_open(&base_input, NULL, &base, NULL), ZNN_OK);
    assert_int_equal(znn_model_scan(&source, &model, NULL), ZNN_OK);
    assert_int_equal(model.count, count);
    assert_int_equal(znn_base_match(&model, &source, base, matches, NULL), ZNN_OK);
    znn_model_free(&model);
    znn_source_close(&source);
    znn_base_close(base);
    znn_buffer_free(&file);
    znn_buffer_free(&base_file);
}

static void expect(const struct match *matches, size_t i, size_t partner, enum match_kind how)
{
    if (matches[i].tensor != partner || matches[i].how != how)
        fail_msg("tensor %zu (%s) has partner %zu (%u) instead of %zu (%u)", i, tensors[i].name, matches[i].tensor,
                 matches[i].how, partner, how);
}

static void shuffle(struct random *random, unsigned order[TENSORS])
{
    for (unsigned i = 0; i < TENSORS; i++) {
        unsigned other = (unsigned)random_below(random, i + 1);
        order[i] = order[other];
        order[other] = i;
    }
}

/* Makes a base whose tensors are called name0, name1 and so on. */
static void make_base(const char *name, unsigned type)
{
    char numbered[64];
    for (unsigned i = 0; i < TENSORS; i++) {
        snprintf(numbered, sizeof numbered, "%s%u", name, i);
        make(&base_tensors[i], numbered, i, GGML_KINDS, type);
    }
}

/* A model that was renamed and reordered, in every type. */
static void test_shuffled(void **state)
{
    struct random random = random_start(__func__);
    struct match matches[TENSORS];
    (void)state;
    for (unsigned kind = 0; kind <= GGML_KINDS; kind++) {
        unsigned order[TENSORS];
        char name[64];
        fill(&random);
        make_base("x", kind % 2 ? TYPE_BF16 : TYPE_F32);
        shuffle(&random, order);
        for (unsigned i = 0; i < TENSORS; i++) {
            snprintf(name, sizeof name, "y%u", i);
            make(&tensors[i], name, order[i], (enum ggml_kind)kind, TYPE_BF16);
        }
        match(TENSORS, WAY_MEMORY, matches);
        for (unsigned i = 0; i < TENSORS; i++)
            expect(matches, i, order[i], MATCH_CONTENT);
    }
}

/* Names that belong to other numbers; a layer that occurs twice; and a tensor that is like no other. */
static void test_lying_names(void **state)
{
    static const unsigned order[TENSORS] = {0, 2, 2, 4, 3, 6, 1, 7, 8, 11, 10, 0};
    struct random random = random_start(__func__);
    struct match matches[TENSORS];
    char name[64];
    (void)state;
    fill(&random);
    make_base("layer.", TYPE_BF16);
    for (unsigned i = 0; i < TENSORS; i++) {
        snprintf(name, sizeof name, "layer.%u", i);
        make(&tensors[i], name, order[i], GGML_KINDS, TYPE_BF16);
    }
    fill(&random);
    make(&tensors[4], "layer.4", 0, GGML_KINDS, TYPE_BF16);
    match(TENSORS, WAY_RANDOM_ACCESS, matches);
    for (unsigned i = 0; i < TENSORS; i++)
        if (i == 4)
            expect(matches, i, 4, MATCH_NAME);
        else
            expect(matches, i, order[i], order[i] == i ? MATCH_NAME : MATCH_CONTENT);
}

/* Names in another style.  The numbers are all the same, so they say nothing. */
static void test_translated(void **state)
{
    static const char *const names[][2] = {
        {"model.layers.0.post_attention_layernorm.weight", "blk.0.ffn_norm.weight"},
        {"model.layers.0.input_layernorm.weight", "blk.0.attn_norm.weight"},
        {"model.norm.weight", "output_norm.weight"},
        {"model.layers.1.input_layernorm.weight", "blk.1.attn_norm.weight"},
        {"encoder.layers.2.fc1.weight", "blk.2.ffn_up.weight"},
        {"decoder.layers.2.fc1.weight", "other"},
    };
    static const unsigned order[] = {3, 0, 2, 1, 4, 5};
    const size_t count = sizeof order / sizeof *order;
    struct match matches[TENSORS];
    (void)state;
    memset(weights, 0, sizeof weights);
    for (unsigned direction = 0; direction < 2; direction++)
        for (unsigned way = WAY_MEMORY; way <= WAY_STREAM; way++) {
            for (unsigned i = 0; i < count; i++) {
                make(&base_tensors[i], names[i][direction], 0, GGML_KINDS, TYPE_F32);
                make(&tensors[i], names[order[i]][1 - direction], 0, GGML_KINDS, TYPE_F32);
            }
            match(count, (enum way)way, matches);
            for (unsigned i = 0; i < count; i++)
                expect(matches, i, order[i], order[i] < 4 + direction ? MATCH_TRANSLATED : MATCH_SHAPE);
        }
}

/* In a stream, nothing but the order is left; blocks and other floats have partners, too. */
static void test_stream(void **state)
{
    struct random random = random_start(__func__);
    struct match matches[TENSORS];
    char name[64];
    (void)state;
    fill(&random);
    make_base("x", TYPE_BF16);
    for (unsigned i = 0; i < TENSORS; i++) {
        snprintf(name, sizeof name, "y%u", i);
        make(&tensors[i], name, i, i % 2 ? GGML_Q4_K : GGML_KINDS, TYPE_F32);
    }
    match(TENSORS, WAY_STREAM, matches);
    for (unsigned i = 0; i < TENSORS; i++)
        expect(matches, i, i, MATCH_SHAPE);
}

/* The values of blocks that ggml made are close to the original ones. */
static void test_values(void **state)
{
    static const struct {
        enum ggml_kind kind;
        const uint8_t *blocks;
        float error; /* the largest, as a part of the greatest value */
    } pairs[] = {
        {GGML_Q4_0, pair_q4_0, 0.08f}, {GGML_Q4_1, pair_q4_1, 0.08f},     {GGML_Q5_0, pair_q5_0, 0.04f},
        {GGML_Q5_1, pair_q5_1, 0.04f}, {GGML_Q8_0, pair_q8_0, 0.005f},    {GGML_Q2_K, pair_q2_k, 0.45f},
        {GGML_Q3_K, pair_q3_k, 0.25f}, {GGML_Q4_K, pair_q4_k, 0.09f},     {GGML_Q5_K, pair_q5_k, 0.05f},
        {GGML_Q6_K, pair_q6_k, 0.04f}, {GGML_IQ4_NL, pair_iq4_nl, 0.15f}, {GGML_IQ4_XS, pair_iq4_xs, 0.15f},
    };
    float originals[GGML_VALUES_MAX], greatest = 0.0f;
    (void)state;
    for (unsigned i = 0; i < GGML_VALUES_MAX; i++) {
        originals[i] = float_from_bits((uint32_t)load_le16(pair_values + (size_t)2 * i) << 16);
        greatest = originals[i] > greatest ? originals[i] : -originals[i] > greatest ? -originals[i] : greatest;
    }
    for (unsigned p = 0; p < sizeof pairs / sizeof *pairs; p++) {
        const struct ggml_block *block = znn_ggml_block(pairs[p].kind);
        int64_t values[GGML_VALUES_MAX];
        for (unsigned i = 0; i < GGML_VALUES_MAX / block->values; i++)
            znn_ggml_values(pairs[p].kind, pairs[p].blocks + (size_t)i * block->bytes, values + i * block->values);
        for (unsigned i = 0; i < GGML_VALUES_MAX; i++) {
            float error = (float)values[i] * 0x1p-24f - originals[i];
            if (error > pairs[p].error * greatest || error < -pairs[p].error * greatest)
                fail_msg("type %u, value %u: %g instead of %g", pairs[p].kind, i, (double)values[i] * 0x1p-24,
                         (double)originals[i]);
        }
    }
}

/* Any bytes have values, and unrelated samples hardly ever agree. */
static void test_fingerprints(void **state)
{
    struct random random = random_start(__func__);
    static uint8_t bytes[2][FINGERPRINT_NUMBERS * 8];
    struct fingerprint prints[2];
    unsigned poor = 0, rounds = 0;
    (void)state;
    for (unsigned dtype = 1; dtype < DTYPE_COUNT; dtype++) {
        const struct dtype_info *info = znn_dtype_info((enum dtype)dtype);
        struct tensor tensor = {.dtype = (uint8_t)dtype};
        tensor.size = (uint64_t)FINGERPRINT_NUMBERS / info->block_elements * info->block_bytes;
        for (unsigned round = 0; round < 50; round++) {
            for (unsigned k = 0; k < 2; k++) {
                for (size_t i = 0; i < tensor.size; i++)
                    bytes[k][i] = (uint8_t)random_u64(&random);
                struct znn_input input = znn_input_memory(bytes[k], (size_t)tensor.size);
                struct source source;
                znn_source_open(&source, &input);
                assert_int_equal(
                    znn_fingerprint_model(&source, &tensor, 0, znn_element_count(&tensor), &prints[k], NULL), ZNN_OK);
                znn_source_close(&source);
            }
            struct agreement agreement = znn_fingerprint_compare(&prints[0], &prints[1]);
            bool is_plain = info->block_elements == 1; /* random scales make whole blocks alike */
            if (is_plain && znn_agreement_is_sure(&agreement))
                fail_msg("type %s: %" PRIu64 " / %" PRIu64, info->name, agreement.above, agreement.below);
            poor += is_plain && znn_agreement_is_poor(&agreement);
            rounds += is_plain;
            agreement = znn_fingerprint_compare(&prints[0], &prints[0]);
            assert_true(prints[0].count == 0 || znn_agreement_is_sure(&agreement));
        }
    }
    assert_true(poor > rounds / 100 * 98);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_shuffled), cmocka_unit_test(test_lying_names), cmocka_unit_test(test_translated),
        cmocka_unit_test(test_stream),   cmocka_unit_test(test_values),      cmocka_unit_test(test_fingerprints),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

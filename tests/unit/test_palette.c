/*
 * test_palette.c - palettes: values, indexes, and when znn chooses a palette
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "container/format.h"
#include "container/part_palette.h"
#include "engine/part/part_decoder.h"
#include "engine/part/part_encoder.h"
#include "support.h"
#include "transform/groups.h"
#include "transform/palette.h"

static const unsigned widths[] = {2, 4, 8};

/* ------------------------------------------------------------------------------------------------------------------ */
/* The transform                                                                                                      */
/* ------------------------------------------------------------------------------------------------------------------ */

/*
 * Elements with `values` values in each run.  The first two share no byte: of a byte that all values share, nothing
 * needs storing, and with two values of two bytes, groups would do as well as a palette.
 */
static uint8_t *make_elements(struct random *random, size_t count, unsigned width, size_t run, size_t values)
{
    uint8_t *data = malloc(count * width);
    uint64_t choice[600];
    assert_non_null(data);
    assert_true(values <= 600);
    for (size_t i = 0; i < count; i++) {
        if (i % run == 0)
            for (size_t v = 0; v < values; v++)
                choice[v] = v == 1 ? ~choice[0] : random_u64(random);
        uint64_t value = choice[random_below(random, values)];
        for (unsigned b = 0; b < width; b++)
            data[i * width + b] = (uint8_t)(value >> 8 * b);
    }
    return data;
}

/* Puts the elements together from what was built, in the plainest way. */
static void check_built(const struct palette *palette, const uint8_t *data, size_t count, unsigned width,
                        unsigned rotation, size_t run)
{
    uint8_t *groups = malloc(palette->value_count * width);
    uint8_t *values = malloc(palette->value_count * width);
    assert_non_null(groups);
    assert_non_null(values);
    znn_palette_groups(palette, width, groups);
    const uint8_t *sources[GROUPS_MAX] = {0};
    for (unsigned g = 0; g < width; g++)
        sources[g] = groups + g * palette->value_count;
    znn_groups_merge(sources, palette->value_count, width, rotation, values);
    size_t first = 0;
    for (size_t i = 0; i < count; i++) {
        if (i > 0 && i % run == 0)
            first += palette->counts[i / run - 1] + (size_t)1;
        assert_memory_equal(values + (first + palette->indexes[i]) * width, data + i * width, width);
    }
    if (palette->run_count > 1)
        assert_int_equal(first + palette->counts[palette->run_count - 1] + 1, palette->value_count);
    for (size_t i = 1; i < palette->value_count && palette->run_count == 1; i++)
        assert_true(palette->values[i - 1] < palette->values[i]);
    free(groups);
    free(values);
}

static void test_build(void **state)
{
    (void)state;
    struct random random = random_start(__func__);
    struct palette palette = {0};
    for (int round = 0; round < 300; round++) {
        unsigned width = widths[round % 3];
        size_t count = 1 + random_below(&random, 3000);
        size_t run = random_below(&random, 3) ? 1 + random_below(&random, count) : count;
        size_t values = 1 + random_below(&random, run < count ? 200 : 600);
        unsigned rotation = (unsigned)random_below(&random, 8 * width);
        uint8_t *data = make_elements(&random, count, width, run, values);
        assert_true(znn_palette_reserve(&palette, count));
        assert_true(znn_palette_build(&palette, data, count, width, rotation, run, count));
        assert_int_equal(palette.run_count, (count + run - 1) / run);
        check_built(&palette, data, count, width, rotation, run);
        size_t found = palette.value_count;
        assert_true(znn_palette_build(&palette, data, count, width, rotation, run, found));
        assert_false(found > 0 && znn_palette_build(&palette, data, count, width, rotation, run, found - 1));
        free(data);
    }
    znn_palette_free(&palette);
}

/* A run of several may have 256 values, one that is all 65536. */
static void test_build_limits(void **state)
{
    (void)state;
    struct palette palette = {0};
    size_t count = 70000;
    uint8_t *data = calloc(count, 4);
    assert_non_null(data);
    assert_true(znn_palette_reserve(&palette, count));
    for (size_t i = 0; i < count; i++)
        store_le32(data + 4 * i, (uint32_t)(i % 65536) * 77);
    assert_true(znn_palette_build(&palette, data, count, 4, 0, count, count));
    assert_int_equal(palette.value_count, 65536);
    assert_int_equal(palette.indexes[65535], 65535);
    store_le32(data + 4 * 65536, 1);
    assert_false(znn_palette_build(&palette, data, count, 4, 0, count, count));
    assert_true(znn_palette_build(&palette, data, count, 4, 0, 256, count));
    assert_int_equal(palette.counts[0], 255);
    assert_false(znn_palette_build(&palette, data, count, 4, 0, 257, count));
    free(data);
    znn_palette_free(&palette);
}

static void test_pack(void **state)
{
    (void)state;
    struct random random = random_start(__func__);
    for (int round = 0; round < 400; round++) {
        unsigned bits = 1u << round % 4;
        size_t count = 1 + random_below(&random, 70);
        size_t size = (count * bits + 7) / 8;
        uint16_t *indexes = malloc(count * sizeof *indexes);
        uint8_t *packed = malloc(size);
        uint8_t *unpacked = malloc(count);
        assert_non_null(indexes);
        assert_non_null(packed);
        assert_non_null(unpacked);
        for (size_t i = 0; i < count; i++)
            indexes[i] = (uint16_t)random_below(&random, (size_t)1 << bits);
        znn_palette_pack(indexes, count, bits, packed);
        for (size_t i = 0; i < count; i++)
            assert_int_equal(packed[i * bits / 8] >> i * bits % 8 & ((1 << bits) - 1), indexes[i]);
        assert_true(znn_palette_unpack(packed, count, bits, unpacked));
        for (size_t i = 0; i < count; i++)
            assert_int_equal(unpacked[i], indexes[i]);
        if (count * bits % 8 > 0) {
            packed[size - 1] |= 0x80;
            assert_false(znn_palette_unpack(packed, count, bits, unpacked));
        }
        free(indexes);
        free(packed);
        free(unpacked);
    }
}

/* ------------------------------------------------------------------------------------------------------------------ */
/* The choice                                                                                                         */
/* ------------------------------------------------------------------------------------------------------------------ */

static struct part encode(const uint8_t *data, size_t size, enum dtype dtype, int level, size_t *encoded)
{
    struct rotation_sample *sample = malloc(sizeof *sample);
    struct part_encoder encoder;
    struct part_decoder decoder;
    struct part part = {.size = (uint32_t)size};
    uint8_t *decoded = malloc(size);
    assert_non_null(sample);
    assert_non_null(decoded);
    assert_true(znn_part_encoder_open(&encoder, &(struct chunk_coding){.level = level}, sample));
    assert_true(znn_part_decoder_open(&decoder));
    const struct part_input input = {.data = data, .type = dtype};
    struct encode_call encoding = {.encoder = &encoder};
    assert_int_equal(znn_part_encode(&encoding, &input, &part, NULL), ZNN_OK);
    znn_payload_fill_gap(&encoding);
    struct decode_call decoding = {
        .decoder = &decoder, .payload = encoder.payload.data, .nested = {.scratch = &decoder.own}};
    assert_int_equal(znn_part_decode(&decoding, &part, decoded, NULL), ZNN_OK);
    assert_true(decoding.payload == encoder.payload.data + encoder.payload.size);
    assert_memory_equal(decoded, data, size);
    *encoded = encoder.payload.size;
    znn_part_encoder_close(&encoder);
    znn_part_decoder_close(&decoder);
    free(sample);
    free(decoded);
    return part;
}

/* Runs of few random values: the encoder finds how long they are, and no byte group comes near. */
static void test_runs_are_found(void **state)
{
    (void)state;
    struct random random = random_start(__func__);
    static const size_t runs[] = {32, 64, 128, 1024, 16384, 100000};
    for (size_t i = 0; i < sizeof runs / sizeof *runs; i++)
        for (int level = 1; level <= 9; level += 4) {
            size_t count = 100000, encoded;
            size_t values = runs[i] / 8 < 100 ? runs[i] / 8 : 100;
            uint8_t *data = make_elements(&random, count, 4, runs[i], values);
            struct part part = encode(data, 4 * count, DTYPE_F32, level, &encoded);
            assert_int_equal(part.transform, TRANSFORM_PALETTE);
            assert_int_equal(part.palette.run, runs[i]);
            assert_true(encoded < 2 * count);
            free(data);
        }
}

static void test_kinds_of_indexes(void **state)
{
    (void)state;
    struct random random = random_start(__func__);
    static const size_t values[] = {2, 4, 16, 200, 600};
    for (size_t i = 0; i < sizeof values / sizeof *values; i++)
        for (int w = 0; w < 3; w++) {
            size_t count = 30000, encoded;
            enum dtype dtype = widths[w] == 2 ? DTYPE_I16 : widths[w] == 4 ? DTYPE_F32 : DTYPE_F64;
            uint8_t *data = make_elements(&random, count, widths[w], count, values[i]);
            struct part part = encode(data, count * widths[w], dtype, 5, &encoded);
            if (widths[w] > 2 || values[i] < 200)
                assert_int_equal(part.transform, TRANSFORM_PALETTE);
            if (part.transform == TRANSFORM_PALETTE)
                assert_int_equal(part.palette.bits > 8, values[i] > 256);
            free(data);
        }
}

/* Numbers like weights, constants and those too few to matter stay byte groups; sparse ones have a way of their own. */
static void test_ordinary_numbers(void **state)
{
    (void)state;
    struct random random = random_start(__func__);
    for (int kind = 0; kind < 4; kind++) {
        size_t count = kind == 3 ? 4000 : 50000, encoded;
        uint8_t *data = kind == 3 ? make_elements(&random, count, 4, count, 9) : calloc(count, 4);
        assert_non_null(data);
        for (size_t i = 0; i < count && kind < 3; i++) {
            uint32_t noise = (uint32_t)random_u64(&random) & 0x83ffffff;
            bool zero = kind == 1 || (kind == 2 && random_below(&random, 2));
            store_le32(data + 4 * i, zero ? 0 : noise | 0x38000000);
        }
        struct part part = encode(data, 4 * count, DTYPE_F32, 5, &encoded);
        assert_int_equal(part.transform, kind == 2 ? TRANSFORM_SPARSE : TRANSFORM_GROUPS);
        free(data);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_build),
        cmocka_unit_test(test_build_limits),
        cmocka_unit_test(test_pack),
        cmocka_unit_test(test_runs_are_found),
        cmocka_unit_test(test_kinds_of_indexes),
        cmocka_unit_test(test_ordinary_numbers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

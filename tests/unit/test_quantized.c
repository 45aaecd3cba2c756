/*
 * test_quantized.c - quantized models whose base has the original values, through the library
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "gguf_writer.h"
#include "packing.h"
#include "support.h"
#include "transform/ggml/ggml_split.h"
#include "transform/ggml/half.h"

/* The types as GGUF numbers them. */
static const uint8_t block_types[GGML_KINDS] = {2, 3, 6, 7, 8, 10, 11, 12, 13, 14, 20, 23};
static const uint8_t source_types[] = {[GGML_FROM_F32] = 0, [GGML_FROM_F16] = 1, [GGML_FROM_BF16] = 30};

#define COUNT_MAX (2048u * 320) /* values; as F32 they take more than two chunks */

static uint8_t values[4 * COUNT_MAX], blocks[2 * COUNT_MAX], small_values[4 * 512], small_blocks[2 * 512];
static const uint8_t zeros[COUNT_MAX]; /* differences */

/* A tensor of two dimensions. */
struct content {
    const char *name;
    unsigned type;
    uint64_t columns, rows;
    const uint8_t *bytes;
    size_t size;
};

static struct buffer make_file(const struct content *tensors, size_t count)
{
    struct buffer file = {0};
    uint64_t offset = 0;
    gguf_header(&file, 3, count, 0);
    for (size_t i = 0; i < count; i++) {
        const uint64_t shape[4] = {tensors[i].columns, tensors[i].rows};
        gguf_tensor(&file, tensors[i].name, tensors[i].type, shape, offset);
        offset += (tensors[i].size + 31) / 32 * 32;
    }
    gguf_data(&file, 32, 0);
    for (size_t i = 0; i < count; i++) {
        assert_true(znn_buffer_append(&file, tensors[i].bytes, tensors[i].size));
        assert_true(znn_buffer_append(&file, zeros, (32 - tensors[i].size % 32) % 32));
    }
    return file;
}

/* Values like weights: a sum of uniform numbers, in the type of the source. */
static void fill(struct random *random, enum ggml_source source, size_t count, uint8_t *target)
{
    for (size_t i = 0; i < count; i++) {
        int32_t sum = 0;
        for (unsigned k = 0; k < 4; k++)
            sum += (int32_t)random_below(random, 2001) - 1000;
        float value = (float)sum * 0x1p-14f;
        if (source == GGML_FROM_F32)
            store_le32(target + 4 * i, bits_from_float(value));
        else if (source == GGML_FROM_F16)
            store_le16(target + 2 * i, half_from_float(value));
        else
            store_le16(target + 2 * i, (uint16_t)(bits_from_float(value) >> 16));
    }
}

/* Makes the blocks that are predicted from the values, with the ideal scales.  Returns their bytes. */
static size_t quantize(enum ggml_kind kind, enum ggml_source source, const uint8_t *from, size_t count, uint8_t *target)
{
    const struct ggml_block *block = znn_ggml_block(kind);
    const struct ggml_differences none = {{zeros, zeros, zeros, zeros}, {zeros, zeros}, NULL};
    znn_ggml_merge(kind, source, from, &none, count / block->values, target);
    return count / block->values * block->bytes;
}

/* Changes one in `every` bytes, of codes and scales alike. */
static void disturb(struct random *random, size_t every, uint8_t *bytes, size_t size)
{
    for (size_t i = random_below(random, every); i < size; i += 1 + random_below(random, 2 * every))
        bytes[i] = (uint8_t)random_u64(random);
}

/* Packs a file against another one, and expects it back in all ways.  Returns the packed size. */
static size_t go_round(const struct buffer *file, const struct buffer *base_file, uint64_t matched)
{
    struct znn_report report = ZNN_INIT(struct znn_report);
    struct znn_input input = znn_input_memory(base_file->data, base_file->size);
    struct znn_base_options base_options = {.struct_size = sizeof base_options};
    struct znn_compress_options options = {.struct_size = sizeof options, .threads = 2};
    assert_int_equal(znn_base_open(&input, &base_options, &options.base, NULL), ZNN_OK);
    struct buffer packed = pack_way(file->data, file->size, WAY_MEMORY, 0, &options, &report);
    size_t size = packed.size;
    assert_int_equal(report.base_tensors, matched);
    packing_base = options.base;
    for (unsigned i = 0; i < 2 * WAY_COUNT; i++)
        expect_unpacked(&packed, (enum way)(i / 2), 1 + i % 3, i % 2, file->data, file->size);
    packing_base = NULL;
    znn_base_close(options.base);
    znn_buffer_free(&packed);
    return size;
}

/* Every type from every source: as predicted, with few misses, and with many. */
static void test_all_types(void **state)
{
    static const size_t every[] = {0, 300, 4};
    struct random random = random_start(__func__);
    (void)state;
    for (unsigned kind = 0; kind < GGML_KINDS; kind++)
        for (unsigned source = 0; source <= GGML_FROM_BF16; source++) {
            size_t columns = 512, rows = 20 + random_below(&random, 40), count = columns * rows;
            size_t width = ggml_source_width((enum ggml_source)source);
            fill(&random, (enum ggml_source)source, count, values);
            fill(&random, (enum ggml_source)source, 512, small_values);
            size_t size = quantize((enum ggml_kind)kind, (enum ggml_source)source, values, count, blocks);
            size_t small = quantize((enum ggml_kind)kind, (enum ggml_source)source, small_values, 512, small_blocks);
            for (unsigned way = 0; way < 3; way++) {
                const struct content old[] = {{"b", source_types[source], 512, 1, small_values, 512 * width},
                                              {"a", source_types[source], columns, rows, values, count * width}};
                const struct content new[] = {{"a", block_types[kind], columns, rows, blocks, size},
                                              {"b", block_types[kind], 512, 1, small_blocks, small}};
                if (every[way])
                    disturb(&random, every[way], blocks, size);
                struct buffer base = make_file(old, 2), child = make_file(new, 2);
                size_t packed = go_round(&child, &base, 2);
                if (packed > (way == 0 ? 1000 : way == 1 ? 1500 + size / 3 : 1500 + size))
                    fail_msg("type %u from %u, way %u: %zu bytes for %zu", kind, source, way, packed, size);
                znn_buffer_free(&base);
                znn_buffer_free(&child);
            }
        }
}

/* A tensor of several chunks. */
static void test_large(void **state)
{
    struct random random = random_start(__func__);
    (void)state;
    fill(&random, GGML_FROM_F32, COUNT_MAX, values);
    size_t size = quantize(GGML_Q4_K, GGML_FROM_F32, values, COUNT_MAX, blocks);
    const struct content old = {"a", source_types[GGML_FROM_F32], 2048, 320, values, sizeof values};
    const struct content new = {"a", block_types[GGML_Q4_K], 2048, 320, blocks, size};
    struct buffer base = make_file(&old, 1), child = make_file(&new, 1);
    assert_true(go_round(&child, &base, 1) < 1500);
    znn_buffer_free(&base);
    znn_buffer_free(&child);
}

/* A tensor that grew, one that shrank, one of another shape, and one that has nothing to do with its partner. */
static void test_shapes(void **state)
{
    struct random random = random_start(__func__);
    static uint8_t more[5][100000], made[5][100000];
    size_t sizes[5];
    (void)state;
    for (int i = 0; i < 5; i++) {
        fill(&random, GGML_FROM_BF16, 40960, more[i]);
        sizes[i] = quantize(GGML_Q8_0, GGML_FROM_BF16, more[i], 40960, made[i]);
    }
    const struct content old[] = {{"grown", 30, 512, 70, more[0], 1024 * 70},
                                  {"shrunk", 30, 512, 80, more[1], 1024 * 80},
                                  {"shape", 30, 256, 160, more[2], 1024 * 80},
                                  {"stranger", 30, 512, 80, more[4], 1024 * 80}};
    const struct content new[] = {{"grown", 8, 512, 80, made[0], sizes[0]},
                                  {"shrunk", 8, 512, 60, made[1], sizes[1] / 80 * 60},
                                  {"shape", 8, 512, 80, made[2], sizes[2]},
                                  {"stranger", 8, 512, 80, made[3], sizes[3]}};
    struct buffer base = make_file(old, 4), child = make_file(new, 4);
    size_t alone = 2 * sizes[0] + sizes[0] / 8; /* of `shape`, `stranger` and the rest of `grown` */
    assert_true(go_round(&child, &base, 2) < alone);
    znn_buffer_free(&base);
    znn_buffer_free(&child);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_all_types),
        cmocka_unit_test(test_large),
        cmocka_unit_test(test_shapes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

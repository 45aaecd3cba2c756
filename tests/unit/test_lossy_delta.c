/*
 * test_lossy_delta.c - rounded children of a base: the difference of the casts
 *
 * However a chunk was coded, each element comes back as the original or as the element that its cast stands for.
 */
#include "model_files.h"

#include "common/endian.h"
#include "engine/coding/fixed_type.h"
#include "engine/coding/signs.h"
#include "engine/delta/cast_delta.h"
#include "platform/cpu.h"

#define COUNT_MAX 5000

static const enum fixed_type types[] = {FIXED_F16, FIXED_BF16, FIXED_F32, FIXED_F64};

static struct fixed_point random_cast(struct random *random, enum fixed_type type)
{
    return (struct fixed_point){
        .type = type,
        .bits = (unsigned)random_below(random, znn_fixed_bits_max(type) + 1),
        .floor = random_below(random, 2),
        .exact_zero = random_below(random, 2),
        .length = znn_fixed_width(type) == 2 ? FIXED_DELTA_LENGTH16 : 0,
    };
}

/* ---------------------------------------------------------------------------------------------------------------- */
/* Rows                                                                                                             */
/* ---------------------------------------------------------------------------------------------------------------- */

/* Any bits at all now and then, and else numbers of some exponents; a child is near its base mostly. */
static void fill(struct random *random, uint8_t *base, uint8_t *data, size_t count, unsigned width)
{
    struct buffer numbers = {0};
    append_numbers(&numbers, random, count * width, width);
    memcpy(base, numbers.data, count * width);
    memcpy(data, base, count * width);
    for (size_t i = 0; i < count; i++) {
        data[i * width] ^= (uint8_t)random_u64(random);
        for (unsigned k = 0; k < width && random_below(random, 300) == 0; k++)
            data[i * width + k] = (uint8_t)random_u64(random);
        for (unsigned k = 0; k < width && random_below(random, 300) == 0; k++)
            base[i * width + k] = (uint8_t)random_u64(random);
    }
    znn_buffer_free(&numbers);
}

static void test_rows(void **state)
{
    (void)state;
    static uint8_t base[8 * COUNT_MAX], data[8 * COUNT_MAX], back[8 * COUNT_MAX], map[COUNT_MAX];
    static uint8_t restored[8 * COUNT_MAX], expected[8 * COUNT_MAX], values[8 * COUNT_MAX];
    static uint64_t differences[COUNT_MAX], scratch[COUNT_MAX];
    struct random random = random_start(__func__);
    for (int round = 0; round < 400; round++) {
        struct fixed_point fixed = random_cast(&random, types[random_below(&random, 4)]);
        unsigned width = znn_fixed_width(fixed.type);
        size_t count = random_below(&random, COUNT_MAX);
        fill(&random, base, data, count, width);
        union fixed_values integers = {.of64 = (int64_t *)scratch};
        if (fixed.type != FIXED_F64)
            integers.of32 = (int32_t *)scratch;
        struct fixed_result result = znn_fixed_cast(&fixed, data, count, integers, expected);
        struct exceptions exceptions = {.map = map, .values = values};
        memset(map, 0, sizeof map);
        znn_cast_delta_split(&fixed, base, data, count, differences, restored, &exceptions);
        assert_int_equal(exceptions.count, result.exceptions);
        assert_memory_equal(restored, expected, count * width);
        fixed.exact_zero = false; /* of which a reader knows nothing */
        assert_true(znn_cast_delta_merge(&fixed, base, differences, count, back));
        assert_true(znn_exceptions_decode(map, values, count, width, exceptions.count, back));
        assert_memory_equal(back, expected, count * width);
    }
}

/* ---------------------------------------------------------------------------------------------------------------- */
/* Files                                                                                                            */
/* ---------------------------------------------------------------------------------------------------------------- */

/* A base, and a child of it of the same size, with some numbers that are no ordinary ones in both. */
struct family {
    struct model_file base;
    struct buffer child;
    struct znn_base *opened;
};

static void spoil(struct random *random, const struct known_tensor *tensor, uint8_t *bytes)
{
    static const uint64_t strange[] = {0, UINT64_MAX, UINT64_C(0x7f807f807f807f80), UINT64_C(0x8000800080008000)};
    size_t width = znn_dtype_info(tensor->dtype)->word;
    for (size_t k = random_below(random, 10); k > 0 && tensor->size >= width; k--) {
        uint8_t number[8];
        store_le64(number, strange[random_below(random, 4)]);
        memcpy(bytes + tensor->offset + random_below(random, (size_t)tensor->size / width) * width, number, width);
    }
}

static struct family make_family(struct random *random, size_t elements)
{
    struct family family = {.base = make_model(random, 1 + random_below(random, 6), elements)};
    struct buffer *child = &family.child;
    assert_true(znn_buffer_append(child, family.base.bytes.data, family.base.bytes.size));
    for (size_t i = 0; i < family.base.count; i++) {
        const struct known_tensor *tensor = &family.base.tensors[i];
        size_t width = znn_dtype_info(tensor->dtype)->word;
        for (uint64_t at = tensor->offset; at < tensor->offset + tensor->size; at += width)
            child->data[at + (width > 2 ? 1 : 0)] ^= (uint8_t)(random_u64(random) % 16);
        if (random_below(random, 2)) {
            spoil(random, tensor, child->data);
            spoil(random, tensor, family.base.bytes.data);
        }
    }
    struct znn_input input = znn_input_memory(family.base.bytes.data, family.base.bytes.size);
    assert_int_equal(znn_base_open(&input, NULL, &family.opened, NULL), ZNN_OK);
    return family;
}

static void family_free(struct family *family)
{
    znn_base_close(family->opened);
    model_file_free(&family->base);
    znn_buffer_free(&family->child);
}

static struct znn_memory compress(const struct buffer *file, const struct znn_compress_options *options)
{
    struct znn_memory memory = {0};
    struct znn_input input = znn_input_memory(file->data, file->size);
    struct znn_output output = znn_output_memory(&memory);
    assert_int_equal(znn_compress(&input, &output, options, NULL, NULL), ZNN_OK);
    return memory;
}

static struct buffer decompress(const struct znn_memory *compressed, struct znn_base *base)
{
    struct znn_memory memory = {0};
    struct znn_input input = znn_input_memory(compressed->data, compressed->size);
    struct znn_output output = znn_output_memory(&memory);
    struct znn_decompress_options options = {
        .struct_size = sizeof(struct znn_decompress_options), .threads = 2, .base = base};
    assert_int_equal(znn_decompress(&input, &output, &options, NULL, NULL), ZNN_OK);
    return (struct buffer){.data = memory.data, .size = memory.size};
}

static void expect_same(const struct buffer *a, const uint8_t *data, size_t size)
{
    assert_int_equal(a->size, size);
    assert_memory_equal(a->data, data, size);
}

/* Bytes outside of floats are the same; floats are the same, or cast. */
static void check_elements(const struct family *family, const struct buffer *decoded, const struct znn_lossy *lossy)
{
    struct buffer mended = {0};
    assert_true(znn_buffer_append(&mended, decoded->data, decoded->size));
    for (size_t i = 0; i < family->base.count; i++) {
        const struct known_tensor *tensor = &family->base.tensors[i];
        size_t width = znn_dtype_info(tensor->dtype)->word;
        if (!znn_fixed_suits(tensor->dtype) || lossy->bits > znn_fixed_bits_max(znn_fixed_type(tensor->dtype)))
            continue;
        struct fixed_point fixed = znn_fixed_asked(lossy, tensor->dtype);
        for (uint64_t at = tensor->offset; at < tensor->offset + tensor->size; at += width) {
            const uint8_t *before = family->child.data + at;
            uint8_t *after = mended.data + at;
            int32_t narrow;
            int64_t wide;
            uint8_t expected[8];
            union fixed_values values = {.of32 = &narrow};
            if (fixed.type == FIXED_F64)
                values.of64 = &wide;
            znn_fixed_cast(&fixed, before, 1, values, expected);
            assert_true(memcmp(after, before, width) == 0 || memcmp(after, expected, width) == 0);
            memcpy(after, before, width);
        }
    }
    expect_same(&mended, family->child.data, family->child.size);
    znn_buffer_free(&mended);
}

/* How many bytes are both rounded and differences, as far as tensors are all of both. */
static uint64_t count_casts(const struct znn_memory *compressed)
{
    struct znn_analysis *analysis;
    struct znn_input input = znn_input_memory(compressed->data, compressed->size);
    uint64_t sum = 0;
    assert_int_equal(znn_analyze(&input, NULL, &analysis, NULL), ZNN_OK);
    for (size_t i = 0; i < znn_analysis_tensor_count(analysis); i++) {
        struct znn_tensor tensor = ZNN_INIT(struct znn_tensor);
        struct znn_cost cost = ZNN_INIT(struct znn_cost);
        znn_analysis_tensor(analysis, i, &tensor, &cost);
        if (cost.delta_size == cost.size && cost.rounded_size == cost.size)
            sum += cost.size;
    }
    znn_analysis_free(analysis);
    return sum;
}

static enum znn_choice choose_all(void *context, const struct znn_tensor *tensor)
{
    (void)context;
    (void)tensor;
    return ZNN_CHOICE_ROUND;
}

static struct znn_compress_options random_options(struct random *random, const struct family *family)
{
    return (struct znn_compress_options){
        .struct_size = sizeof(struct znn_compress_options),
        .threads = 1,
        .base = family->opened,
        .lossy = {.mode = ZNN_FIXED_POINT,
                  .bits = (unsigned)random_below(random, random_below(random, 4) ? 26 : ZNN_BITS_MAX + 1),
                  .rounding = (enum znn_rounding)random_below(random, 2),
                  .exact_zero = (int)random_below(random, 2)},
        .choose = random_below(random, 2) ? choose_all : NULL,
    };
}

static void test_children(void **state)
{
    (void)state;
    struct random random = random_start(__func__);
    uint64_t casts = 0;
    for (int round = 0; round < 60; round++) {
        struct family family = make_family(&random, round % 10 ? 20000 : 500000);
        struct znn_compress_options options = random_options(&random, &family);
        struct znn_memory compressed = compress(&family.child, &options);
        struct buffer decoded = decompress(&compressed, family.opened);
        check_elements(&family, &decoded, &options.lossy);
        casts += count_casts(&compressed);

        /* Done again, nothing changes. */
        struct znn_memory twice = compress(&decoded, &options);
        struct buffer same = decompress(&twice, family.opened);
        expect_same(&same, decoded.data, decoded.size);

        /* It is no larger than without the base, but for the list of tensors. */
        options.base = NULL;
        struct znn_memory alone = compress(&family.child, &options);
        assert_true(compressed.size <= alone.size + alone.size / 1000 + 128 + 80 * family.base.count);
        free(compressed.data);
        free(twice.data);
        free(alone.data);
        znn_buffer_free(&decoded);
        znn_buffer_free(&same);
        family_free(&family);
    }
    assert_true(casts > 1000000);
}

/* The same bytes for any number of threads and any instructions. */
static void test_same_everywhere(void **state)
{
    (void)state;
    struct random random = random_start(__func__);
    for (int round = 0; round < 6; round++) {
        struct family family = make_family(&random, 400000);
        struct znn_compress_options options = random_options(&random, &family);
        struct znn_memory first = compress(&family.child, &options);
        struct buffer decoded = decompress(&first, family.opened);
        for (unsigned way = 0; way < 3; way++) {
            znn_cpu_limit(way > 1 ? CPU_PORTABLE : way > 0 ? CPU_AVX2 : CPU_BEST);
            options.threads = 1 + way;
            struct znn_memory other = compress(&family.child, &options);
            assert_int_equal(other.size, first.size);
            assert_memory_equal(other.data, first.data, first.size);
            struct buffer back = decompress(&first, family.opened);
            expect_same(&back, decoded.data, decoded.size);
            free(other.data);
            znn_buffer_free(&back);
        }
        znn_cpu_limit(CPU_BEST);
        free(first.data);
        znn_buffer_free(&decoded);
        family_free(&family);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_children),
        cmocka_unit_test(test_same_everywhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * test_converted.c - models whose base has other float types, through the library
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "models.h"
#include "packing.h"
#include "support.h"
#include "transform/float_convert.h"

static const enum dtype types[] = {DTYPE_F8_E5M2, DTYPE_F8_E4M3, DTYPE_F16, DTYPE_BF16, DTYPE_F32, DTYPE_F64};

enum { TYPES = sizeof types / sizeof *types };

/* A tensor of a file: its numbers are those of `bytes`. */
struct content {
    const char *name;
    enum dtype dtype;
    size_t rows, columns; /* no columns: it has one dimension */
    const uint8_t *bytes;
};

static size_t elements_of(const struct content *tensor)
{
    return tensor->rows * (tensor->columns ? tensor->columns : 1);
}

static size_t width_of(enum dtype dtype)
{
    return znn_dtype_info(dtype)->word;
}

static struct buffer make_file(const struct content *tensors, size_t count)
{
    struct buffer file = {0};
    char header[4096];
    size_t end = 0, length = 0;
    for (size_t i = 0; i < count; i++) {
        const struct content *tensor = &tensors[i];
        size_t start = end;
        char shape[48];
        end += elements_of(tensor) * width_of(tensor->dtype);
        if (tensor->columns)
            snprintf(shape, sizeof shape, "%zu,%zu", tensor->rows, tensor->columns);
        else
            snprintf(shape, sizeof shape, "%zu", tensor->rows);
        length += (size_t)snprintf(header + length, sizeof header - length,
                                   "%s\"%s\":{\"dtype\":\"%s\",\"shape\":[%s],\"data_offsets\":[%zu,%zu]}",
                                   i ? "," : "{", tensor->name, znn_dtype_info(tensor->dtype)->name, shape, start, end);
    }
    length += (size_t)snprintf(header + length, sizeof header - length, "}");
    uint8_t size[8];
    store_le64(size, length);
    put_bytes(&file, size, sizeof size);
    put_bytes(&file, header, length);
    for (size_t i = 0; i < count; i++)
        put_bytes(&file, tensors[i].bytes, elements_of(&tensors[i]) * width_of(tensors[i].dtype));
    return file;
}

/* Numbers as weights have them, and strange ones now and then. */
static void fill(struct random *random, enum dtype dtype, size_t count, uint8_t *target)
{
    for (size_t i = 0; i < count; i++) {
        uint32_t bits = (uint32_t)random_u64(random);
        unsigned exponent = 110 + (unsigned)random_below(random, 8) + (unsigned)random_below(random, 8);
        if (random_below(random, 2000) > 0)
            bits = (bits & 0x807fffff) | exponent << 23;
        uint8_t number[4];
        store_le32(number, bits);
        if (dtype == DTYPE_F32)
            memcpy(target + 4 * i, number, 4);
        else
            znn_float_convert(FLOAT_F32, (enum float_type)dtype, FLOAT_NEAREST, number, 1,
                              target + i * width_of(dtype));
    }
}

static void convert(enum dtype from, enum dtype to, enum float_rounding rounding, const uint8_t *source, size_t count,
                    uint8_t *target)
{
    znn_float_convert((enum float_type)from, (enum float_type)to, rounding, source, count, target);
}

static struct znn_base *open_base(const struct buffer *file, struct znn_base *parent)
{
    struct znn_input input = znn_input_memory(file->data, file->size);
    struct znn_base_options options = {.struct_size = sizeof options, .parent = parent};
    struct znn_base *base;
    assert_int_equal(znn_base_open(&input, &options, &base, NULL), ZNN_OK);
    return base;
}

static struct buffer pack_on(const struct buffer *file, struct znn_base *base, const struct znn_lossy *lossy,
                             struct znn_report *report)
{
    struct znn_compress_options options = {.struct_size = sizeof options, .threads = 2, .base = base};
    if (lossy)
        options.lossy = *lossy;
    return pack_way(file->data, file->size, WAY_MEMORY, 0, &options, report);
}

static void expect_back(const struct buffer *packed, struct znn_base *base, const struct buffer *file)
{
    packing_base = base;
    for (unsigned i = 0; i < 2 * WAY_COUNT; i++)
        expect_unpacked(packed, (enum way)(i / 2), 1 + i % 3, i % 2, file->data, file->size);
    packing_base = NULL;
}

/* Packs a file against another one, and expects it back.  Returns the packed bytes per element, times 1000. */
static size_t go_round(const struct buffer *file, const struct buffer *base_file, size_t elements, uint64_t matched)
{
    struct znn_report report = ZNN_INIT(struct znn_report);
    struct znn_base *base = open_base(base_file, NULL);
    struct buffer packed = pack_on(file, base, NULL, &report);
    size_t size = packed.size;
    assert_int_equal(report.base_tensors, matched);
    expect_back(&packed, base, file);
    znn_base_close(base);
    znn_buffer_free(&packed);
    return size * 1000 / elements;
}

#define COUNT 200001
#define SMALL 300

static uint8_t before[8 * COUNT], after[8 * COUNT], small_before[8 * SMALL], small_after[8 * SMALL];

/* All pairs of types, each with a large tensor and a small one, and both kinds of rounding. */
static void test_all_pairs(void **state)
{
    struct random random = random_start(__func__);
    (void)state;
    for (int f = 0; f < TYPES; f++)
        for (int t = 0; t < TYPES; t++)
            for (int r = 0; r < FLOAT_ROUNDING_COUNT && f != t; r++) {
                enum float_rounding rounding = (enum float_rounding)r;
                enum dtype from = types[f], to = types[t];
                size_t count = r ? COUNT / 10 : COUNT;
                fill(&random, from, count, before);
                fill(&random, from, SMALL, small_before);
                convert(from, to, rounding, before, count, after);
                convert(from, to, rounding, small_before, SMALL, small_after);
                const struct content old[] = {{"a", from, count, 0, before}, {"b", from, SMALL, 0, small_before}};
                const struct content new[] = {{"a", to, count, 0, after}, {"b", to, SMALL, 0, small_after}};
                struct buffer base = make_file(old, 2), child = make_file(new, 2);
                size_t size = go_round(&child, &base, count, 2);
                if (size > (r ? 60 : 12))
                    fail_msg("%d to %d: %zu bytes for 1000 numbers", (int)from, (int)to, size);
                znn_buffer_free(&base);
                znn_buffer_free(&child);
            }
}

/* A fine-tune in another type gains as much as one in the type of its base. */
static void test_nearly_the_same(void **state)
{
    static const enum dtype others[] = {DTYPE_F32, DTYPE_F64, DTYPE_BF16};
    static uint8_t wide[8 * COUNT];
    struct random random = random_start(__func__);
    size_t least = 0;
    (void)state;
    fill(&random, DTYPE_BF16, COUNT, before);
    memcpy(after, before, sizeof after);
    for (size_t i = 0; i < COUNT; i++)
        if (random_below(&random, 3) == 0 && after[2 * i] > 1 && after[2 * i] < 254)
            after[2 * i] = (uint8_t)(after[2 * i] + random_below(&random, 3) - 1);
    for (int k = 2; k >= 0; k--) {
        if (others[k] == DTYPE_BF16)
            memcpy(wide, before, sizeof wide);
        else
            convert(DTYPE_BF16, others[k], FLOAT_NEAREST, before, COUNT, wide);
        const struct content old = {"a", others[k], COUNT, 0, wide}, new = {"a", DTYPE_BF16, COUNT, 0, after};
        struct buffer base = make_file(&old, 1), child = make_file(&new, 1);
        size_t size = go_round(&child, &base, COUNT, 1);
        least = least ? least : size;
        assert_true(size < 300 && size < least + least / 50);
        znn_buffer_free(&base);
        znn_buffer_free(&child);
    }
}

/* A tensor that grew, one that shrank, one that was renamed, and small ones of several types in one chunk. */
static void test_shapes(void **state)
{
    struct random random = random_start(__func__);
    static uint8_t f32[6][4 * 8000], f64[8 * 900], bf16[6][2 * 8000], f16[2 * 900];
    (void)state;
    for (int i = 0; i < 6; i++) {
        fill(&random, DTYPE_F32, 8000, f32[i]);
        convert(DTYPE_F32, DTYPE_BF16, FLOAT_NEAREST, f32[i], 8000, bf16[i]);
    }
    fill(&random, DTYPE_F64, 900, f64);
    convert(DTYPE_F64, DTYPE_F16, FLOAT_NEAREST, f64, 900, f16);
    const struct content old[] = {
        {"grown", DTYPE_F32, 70, 100, f32[0]},  {"shrunk", DTYPE_F32, 80, 100, f32[1]},
        {"before", DTYPE_F32, 40, 200, f32[2]}, {"same", DTYPE_BF16, 900, 0, bf16[3]},
        {"small", DTYPE_F32, 900, 0, f32[4]},   {"double", DTYPE_F64, 900, 0, f64},
        {"other", DTYPE_F32, 8000, 0, f32[5]},
    };
    const struct content new[] = {
        {"same", DTYPE_BF16, 900, 0, bf16[3]},    {"small", DTYPE_BF16, 900, 0, bf16[4]},
        {"double", DTYPE_F16, 900, 0, f16},       {"grown", DTYPE_BF16, 80, 100, bf16[0]},
        {"shrunk", DTYPE_BF16, 60, 100, bf16[1]}, {"after", DTYPE_BF16, 40, 200, bf16[2]},
    };
    struct buffer base = make_file(old, sizeof old / sizeof *old), child = make_file(new, sizeof new / sizeof *new);
    size_t size = go_round(&child, &base, 1000, 6);
    if (size >= 2500) /* 1000 numbers of `grown` are new */
        fail_msg("%zu bytes", size);
    znn_buffer_free(&base);
    znn_buffer_free(&child);
}

/* A tensor of the same name is the partner, also if another one has the type.  One of the type and shape comes next. */
static void test_preferred_partners(void **state)
{
    struct random random = random_start(__func__);
    static uint8_t f32[4 * 9000], stranger[4 * 9000], bf16[2 * 9000], near[2 * 9000];
    (void)state;
    fill(&random, DTYPE_F32, 9000, f32);
    fill(&random, DTYPE_F32, 9000, stranger);
    convert(DTYPE_F32, DTYPE_BF16, FLOAT_NEAREST, f32, 9000, bf16);
    memcpy(near, stranger, 2 * 9000);
    const struct content by_name[] = {{"old", DTYPE_BF16, 9000, 0, near}, {"w", DTYPE_F32, 9000, 0, f32}};
    const struct content by_type[] = {{"x", DTYPE_F32, 9000, 0, stranger}, {"y", DTYPE_BF16, 9000, 0, bf16}};
    const struct content new = {"w", DTYPE_BF16, 9000, 0, bf16};
    struct buffer child = make_file(&new, 1), base = make_file(by_name, 2);
    assert_true(go_round(&child, &base, 9000, 1) < 50);
    znn_buffer_free(&base);
    base = make_file(by_type, 2);
    assert_true(go_round(&child, &base, 9000, 1) < 50);
    znn_buffer_free(&base);
    znn_buffer_free(&child);
}

/* Rounding gives the same numbers, whatever the base is. */
static void test_rounded(void **state)
{
    struct random random = random_start(__func__);
    const struct znn_lossy lossy = {.mode = ZNN_FIXED_POINT, .bits = 12};
    (void)state;
    fill(&random, DTYPE_BF16, COUNT, before);
    convert(DTYPE_BF16, DTYPE_F32, FLOAT_NEAREST, before, COUNT, after);
    for (size_t i = 0; i < 4 * COUNT; i += 4)
        after[i] = (uint8_t)random_u64(&random);
    const struct content old = {"a", DTYPE_BF16, COUNT / 3, 3, before}, new = {"a", DTYPE_F32, COUNT / 3, 3, after};
    struct buffer file = make_file(&old, 1), child = make_file(&new, 1);
    struct znn_base *base = open_base(&file, NULL);
    struct buffer related = pack_on(&child, base, &lossy, NULL), alone = pack_on(&child, NULL, &lossy, NULL);
    struct drain rounded;
    struct znn_report report = ZNN_INIT(struct znn_report);
    struct znn_error error = ZNN_INIT(struct znn_error);
    assert_int_equal(unpack_way(alone.data, alone.size, WAY_MEMORY, 1, false, &rounded, &report, &error), ZNN_OK);
    struct buffer expected = {.data = rounded.data, .size = rounded.size};
    expect_back(&related, base, &expected);
    assert_true(related.size < alone.size / 2);
    drain_close(&rounded);
    znn_base_close(base);
    znn_buffer_free(&related);
    znn_buffer_free(&alone);
    znn_buffer_free(&file);
    znn_buffer_free(&child);
}

static void read_ranges(struct random *random, const struct buffer *packed, struct znn_base *base,
                        const struct buffer *file)
{
    static uint8_t piece[300000];
    struct znn_input input = znn_input_memory(packed->data, packed->size);
    struct znn_reader_options options = {.struct_size = sizeof options, .base = base};
    struct znn_reader *reader;
    assert_int_equal(znn_reader_open(&input, &options, &reader, NULL), ZNN_OK);
    for (int round = 0; round < 30; round++) {
        size_t start = random_below(random, file->size), size = random_below(random, sizeof piece), got;
        assert_int_equal(znn_reader_pread(reader, piece, size, start, &got, NULL), ZNN_OK);
        assert_int_equal(got, size < file->size - start ? size : file->size - start);
        if (got > 0)
            assert_memory_equal(piece, file->data + start, got);
    }
    znn_reader_close(reader);
}

/* F64, a BF16 of that, an F32 of that, each compressed against the one before. */
static void test_chain_and_ranges(void **state)
{
    struct random random = random_start(__func__);
    static uint8_t widest[8 * COUNT];
    (void)state;
    fill(&random, DTYPE_F64, COUNT, widest);
    convert(DTYPE_F64, DTYPE_BF16, FLOAT_NEAREST, widest, COUNT, before);
    convert(DTYPE_BF16, DTYPE_F32, FLOAT_NEAREST, before, COUNT, after);
    const struct content tensors[] = {
        {"a", DTYPE_F64, COUNT, 0, widest}, {"a", DTYPE_BF16, COUNT, 0, before}, {"a", DTYPE_F32, COUNT, 0, after}};
    struct buffer files[3], packed[3];
    struct znn_base *bases[3] = {NULL};
    for (int i = 0; i < 3; i++) {
        files[i] = make_file(&tensors[i], 1);
        packed[i] = pack_on(&files[i], i ? bases[i - 1] : NULL, NULL, NULL);
        assert_true(i == 0 || packed[i].size < 2000);
        expect_back(&packed[i], i ? bases[i - 1] : NULL, &files[i]);
        bases[i] = open_base(&packed[i], i ? bases[i - 1] : NULL);
        read_ranges(&random, &packed[i], i ? bases[i - 1] : NULL, &files[i]);
    }
    for (int i = 2; i >= 0; i--) {
        znn_base_close(bases[i]);
        znn_buffer_free(&packed[i]);
        znn_buffer_free(&files[i]);
    }
}

/* A base with one other bit is told from the right one, or does no harm because the bit is dropped. */
static void test_wrong_base(void **state)
{
    struct random random = random_start(__func__);
    (void)state;
    fill(&random, DTYPE_F32, COUNT, before);
    convert(DTYPE_F32, DTYPE_BF16, FLOAT_NEAREST, before, COUNT, after);
    const struct content old = {"a", DTYPE_F32, COUNT, 0, before}, new = {"a", DTYPE_BF16, COUNT, 0, after};
    struct buffer file = make_file(&old, 1), child = make_file(&new, 1);
    struct znn_base *base = open_base(&file, NULL);
    struct buffer packed = pack_on(&child, base, NULL, NULL);
    file.data[file.size - 1] ^= 1;
    struct znn_base *wrong = open_base(&file, NULL);
    struct znn_report report = ZNN_INIT(struct znn_report);
    for (unsigned i = 0; i < 2 * WAY_COUNT; i++)
        for (int k = 0; k < 2; k++) {
            struct drain drain;
            struct znn_error error = ZNN_INIT(struct znn_error);
            packing_base = k ? wrong : NULL;
            assert_int_equal(unpack_way(packed.data, packed.size, (enum way)(i / 2), 1, i % 2, &drain, &report, &error),
                             ZNN_ERROR_BASE);
            drain_close(&drain);
        }
    packing_base = NULL;
    znn_base_close(wrong);
    znn_base_close(base);
    znn_buffer_free(&packed);
    znn_buffer_free(&file);
    znn_buffer_free(&child);
}

static void test_relation(void **state)
{
    struct random random = random_start(__func__);
    (void)state;
    fill(&random, DTYPE_F32, COUNT, before);
    convert(DTYPE_F32, DTYPE_F16, FLOAT_NEAREST, before, COUNT, after);
    const struct content old[] = {{"a", DTYPE_F32, COUNT, 0, before}, {"b", DTYPE_F16, 900, 0, after}};
    const struct content new[] = {{"a", DTYPE_F16, COUNT, 0, after}, {"b", DTYPE_F16, 900, 0, after}};
    struct buffer file = make_file(old, 2), child = make_file(new, 2);
    struct znn_base *base = open_base(&file, NULL);
    struct znn_input input = znn_input_memory(child.data, child.size);
    struct znn_relation relation = ZNN_INIT(struct znn_relation);
    assert_int_equal(znn_relate(&input, base, &relation, NULL), ZNN_OK);
    assert_int_equal(relation.tensors, 2);
    assert_int_equal(relation.matched, 2);
    assert_int_equal(relation.related, 2);
    assert_int_equal(relation.converted, 1);
    assert_int_equal(relation.size, 2 * (COUNT + 900));
    assert_int_equal(relation.delta, 0);
    znn_base_close(base);
    znn_buffer_free(&file);
    znn_buffer_free(&child);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_all_pairs),  cmocka_unit_test(test_nearly_the_same),
        cmocka_unit_test(test_shapes),     cmocka_unit_test(test_preferred_partners),
        cmocka_unit_test(test_rounded),    cmocka_unit_test(test_chain_and_ranges),
        cmocka_unit_test(test_wrong_base), cmocka_unit_test(test_relation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

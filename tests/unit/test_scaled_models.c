/*
 * test_scaled_models.c - quantized models that have scales, against the floats that they were made from
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "models.h"
#include "packing.h"
#include "support.h"
#include "transform/scaled.h"

#define ROWS 1000
#define COLUMNS 700
#define COUNT (ROWS * COLUMNS)

/* The codes are those of a base, in tiles, and one in `rare` differs; 0: none. */
struct shape {
    unsigned dtype;
    uint32_t rows, height, width;
    size_t rare;
    size_t most; /* bytes of the .znn file, without 2 KB and without the scales, which it has twice */
};

static uint8_t numbers[2 * COUNT], codes[COUNT], scales[4 * COUNT / 8];
static float operands[COUNT / 8];

static size_t scale_bytes(const struct shape *shape)
{
    struct scale_grid grid = {0, COLUMNS, shape->height, shape->width};
    return 4 * (size_t)znn_scale_count(&grid, (uint64_t)shape->rows * COLUMNS);
}

static void make_numbers(struct random *random, const struct shape *shape)
{
    const struct scaling scaling = {{0, COLUMNS, shape->height, shape->width}, 1, FLOAT_F32, SCALED_DIVIDE};
    const struct scaled_types types = {FLOAT_BF16, shape->dtype, FLOAT_NEAREST};
    const size_t count = (size_t)shape->rows * COLUMNS, scale_size = scale_bytes(shape);
    for (size_t i = 0; i < count; i++) {
        numbers[2 * i] = (uint8_t)random_u64(random);
        numbers[2 * i + 1] = (uint8_t)(0x3b + (random_below(random, 4) > 0 ? 1u : 0u) + 128 * random_below(random, 2));
    }
    for (size_t i = 0; i < scale_size; i += 4) /* from 2^-14 to 2^-12 */
        store_le32(scales + i, 0x38800000 + (uint32_t)random_below(random, 1 << 24));
    znn_scaled_operands(&scaling, FLOAT_BF16, scales, scale_size / 4, operands);
    znn_scaled_predict(&scaling, &types, operands, 0, numbers, count, codes);
    for (size_t i = 0; shape->rare > 0 && i < count; i += 1 + random_below(random, 2 * shape->rare))
        codes[i]++;
}

/* Makes a file of one tensor and, unless `size` is 0, its scales. */
static struct buffer make_file(const struct shape *shape, const char *dtype, const uint8_t *data, size_t width,
                               size_t size)
{
    struct buffer file = {0};
    char header[512];
    size_t end = (size_t)shape->rows * COLUMNS * width;
    uint32_t tiles = (COLUMNS + shape->width - 1) / shape->width;
    int length = snprintf(header, sizeof header, "{\"w\":{\"dtype\":\"%s\",\"shape\":[%u,%u],\"data_offsets\":[0,%zu]}",
                          dtype, (unsigned)shape->rows, COLUMNS, end);
    if (size > 0)
        length += snprintf(header + length, sizeof header - (size_t)length,
                           ",\"w_scale\":{\"dtype\":\"F32\",\"shape\":[%u,%u],\"data_offsets\":[%zu,%zu]}",
                           (unsigned)(size / 4 / tiles), (unsigned)tiles, end, end + size);
    header[length++] = '}';
    uint8_t bytes[8];
    store_le64(bytes, (uint64_t)length);
    put_bytes(&file, bytes, sizeof bytes);
    put_bytes(&file, header, (size_t)length);
    put_bytes(&file, data, end);
    if (size > 0)
        put_bytes(&file, scales, size);
    return file;
}

/* A child and its base. */
struct family {
    struct buffer child, file;
    struct znn_base *base;
};

static void start_family(struct random *random, const struct shape *shape, struct family *family)
{
    make_numbers(random, shape);
    family->child = make_file(shape, znn_dtype_info((enum dtype)shape->dtype)->name, codes, 1, scale_bytes(shape));
    family->file = make_file(shape, "BF16", numbers, 2, 0);
    struct znn_input input = znn_input_memory(family->file.data, family->file.size);
    assert_int_equal(znn_base_open(&input, NULL, &family->base, NULL), ZNN_OK);
    packing_base = family->base;
}

static void end_family(struct family *family)
{
    packing_base = NULL;
    znn_base_close(family->base);
    znn_buffer_free(&family->child);
    znn_buffer_free(&family->file);
}

static struct buffer pack_on(const struct family *family, enum way way, unsigned threads)
{
    struct znn_compress_options options = {.struct_size = sizeof options, .threads = threads, .base = family->base};
    return pack_way(family->child.data, family->child.size, way, 0, &options, NULL);
}

static void read_ranges(struct random *random, const struct family *family, const struct buffer *packed)
{
    static uint8_t piece[200000];
    struct znn_input input = znn_input_memory(packed->data, packed->size);
    struct znn_reader_options options = {.struct_size = sizeof options, .base = family->base};
    struct znn_reader *reader;
    assert_int_equal(znn_reader_open(&input, &options, &reader, NULL), ZNN_OK);
    for (int round = 0; round < 20; round++) {
        size_t start = random_below(random, family->child.size), size = random_below(random, sizeof piece), got;
        assert_int_equal(znn_reader_pread(reader, piece, size, start, &got, NULL), ZNN_OK);
        assert_memory_equal(piece, family->child.data + start, got);
    }
    znn_reader_close(reader);
}

/* All types and kinds of tiles: little is left, and everything comes back, from anywhere. */
static void test_round_trips(void **state)
{
    static const struct shape shapes[] = {
        {DTYPE_F8_E4M3, ROWS, ROWS, COLUMNS, 0, 0}, {DTYPE_F8_E5M2, ROWS, 1, COLUMNS, 0, 0},
        {DTYPE_I8, ROWS, 1, COLUMNS, 0, 0},         {DTYPE_F8_E4M3, ROWS, 128, 128, 0, 0},
        {DTYPE_I8, ROWS, 128, 128, 100, 25000},     {DTYPE_F8_E4M3, ROWS, 1, 100, 1000, 3000},
        {DTYPE_F8_E5M2, 12, 4, 64, 0, 0},
    };
    struct random random = random_start(__func__);
    (void)state;
    for (size_t s = 0; s < sizeof shapes / sizeof *shapes; s++) {
        struct family family;
        start_family(&random, &shapes[s], &family);
        struct buffer packed = pack_on(&family, WAY_MEMORY, 1), other = pack_on(&family, WAY_RANDOM_ACCESS, 3);
        if (packed.size > shapes[s].most + 2 * scale_bytes(&shapes[s]) + 2000)
            fail_msg("shape %zu takes %zu bytes", s, packed.size);
        assert_int_equal(packed.size, other.size);
        assert_memory_equal(packed.data, other.data, packed.size);
        for (unsigned i = 0; i < 2 * WAY_COUNT; i++)
            expect_unpacked(&packed, (enum way)(i / 2), 1 + i % 3, i % 2, family.child.data, family.child.size);
        read_ranges(&random, &family, &packed);
        znn_buffer_free(&packed);
        packed = pack_on(&family, WAY_STREAM, 1);
        expect_unpacked(&packed, WAY_MEMORY, 1, false, family.child.data, family.child.size);
        znn_buffer_free(&packed);
        znn_buffer_free(&other);
        end_family(&family);
    }
}

/* An allocator that refuses one request. */
struct refusal {
    unsigned left; /* requests before it */
    bool struck;
    int live; /* blocks */
};

static void *resize(void *context, void *memory, size_t size)
{
    struct refusal *refusal = context;
    if (refusal->left-- == 0) {
        refusal->struck = true;
        return NULL;
    }
    void *block = realloc(memory, size);
    refusal->live += block && !memory;
    return block;
}

static void release(void *context, void *memory)
{
    struct refusal *refusal = context;
    refusal->live -= memory != NULL;
    free(memory);
}

/* Whatever request for memory is refused, compressing fails with that error, and all memory is freed. */
static void test_refused_memory(void **state)
{
    const struct shape shape = {DTYPE_F8_E4M3, 12, 1, COLUMNS, 50, 0};
    struct random random = random_start(__func__);
    struct family family;
    struct refusal refusal = {.struck = true};
    unsigned requests = 0;
    (void)state;
    start_family(&random, &shape, &family);
    for (; refusal.struck; requests++) {
        const struct znn_allocator allocator = {.context = &refusal, .resize = resize, .release = release};
        const struct znn_base_options opening = {.struct_size = sizeof opening, .allocator = &allocator};
        struct znn_input input = znn_input_memory(family.file.data, family.file.size);
        struct znn_memory memory = {0};
        struct znn_output output = znn_output_memory(&memory);
        struct znn_base *base;
        refusal = (struct refusal){.left = UINT_MAX};
        assert_int_equal(znn_base_open(&input, &opening, &base, NULL), ZNN_OK);
        const struct znn_compress_options options = {
            .struct_size = sizeof options, .threads = 1, .base = base, .allocator = &allocator};
        input = znn_input_memory(family.child.data, family.child.size);
        refusal.left = requests;
        enum znn_status status = znn_compress(&input, &output, &options, NULL, NULL);
        assert_true(status == ZNN_OK || (status == ZNN_ERROR_MEMORY && refusal.struck)); /* some can be spared */
        znn_base_close(base);
        assert_int_equal(refusal.live, 0);
        free(memory.data);
    }
    assert_true(requests > 20);
    end_family(&family);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_round_trips),
        cmocka_unit_test(test_refused_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

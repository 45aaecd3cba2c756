/*
 * test_moved_rows.c - partners whose rows a converter moved
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "engine/cut/moved_rows.h"
#include "gguf_writer.h"
#include "models.h"
#include "packing.h"
#include "support.h"

#define ROWS_MAX 768
#define COLUMNS 96

#define TYPE_BF16 30

static uint8_t bytes[2][ROWS_MAX * COLUMNS * 4];

/* BF16 numbers like weights. */
static void fill(struct random *random, uint8_t *target, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        unsigned exponent = 118 + (unsigned)random_below(random, 4);
        store_le16(target + 2 * i, (uint16_t)((random_u64(random) & 0x807f) | exponent << 7));
    }
}

/* Writes the rows in another order: row i of the target is row_order_source(i) of the source. */
static void move(const struct row_order *order, const uint8_t *source, size_t rows, size_t row_bytes, uint8_t *target)
{
    for (size_t i = 0; i < rows; i++)
        memcpy(target + i * row_bytes, source + row_order_source(order, i) * row_bytes, row_bytes);
}

static struct row_order order_of(size_t row_bytes, unsigned head, unsigned columns)
{
    return (struct row_order){(uint32_t)row_bytes, (uint16_t)head, (uint16_t)columns};
}

/* The two directions undo each other, and 8 rows are moved as the header says. */
static void test_order(void **state)
{
    static const unsigned expected[] = {0, 4, 1, 5, 2, 6, 3, 7, 8, 12};
    (void)state;
    for (unsigned i = 0; i < sizeof expected / sizeof *expected; i++) {
        struct row_order order = order_of(10, 8, 2);
        assert_int_equal(row_order_source(&order, i), expected[i]);
    }
    for (unsigned head = 4; head <= 256; head += 2)
        for (unsigned i = 0; i < 3 * head; i++) {
            struct row_order there = order_of(10, head, 2), back = order_of(10, head, head / 2);
            assert_int_equal(row_order_source(&there, row_order_source(&back, i)), i);
        }
    struct row_order order = order_of(10, 8, 2);
    uint64_t size = 100;
    assert_int_equal(row_order_place(&order, 13, &size), 43);
    assert_int_equal(size, 7);
}

static struct buffer make_file(const char *name, const uint8_t *data, size_t rows)
{
    struct buffer file = {0};
    const uint64_t shape[4] = {COLUMNS, rows};
    gguf_header(&file, 3, 1, 0);
    gguf_tensor(&file, name, TYPE_BF16, shape, 0);
    gguf_data(&file, 32, 0);
    put_bytes(&file, data, rows * COLUMNS * 2);
    return file;
}

static size_t go_round(const struct buffer *file, const struct buffer *base_file)
{
    struct znn_report report = ZNN_INIT(struct znn_report);
    struct znn_input input = znn_input_memory(base_file->data, base_file->size);
    struct znn_compress_options options = {.struct_size = sizeof options, .threads = 2};
    assert_int_equal(znn_base_open(&input, NULL, &options.base, NULL), ZNN_OK);
    struct buffer packed = pack_way(file->data, file->size, WAY_MEMORY, 0, &options, &report);
    size_t size = packed.size;
    packing_base = options.base;
    for (unsigned i = 0; i < 2 * WAY_COUNT; i++)
        expect_unpacked(&packed, (enum way)(i / 2), 1 + i % 3, i % 2, file->data, file->size);
    packing_base = NULL;
    znn_base_close(options.base);
    znn_buffer_free(&packed);
    return size;
}

/* Heads of all sizes, in both directions; and a base whose rows are where they should be. */
static void test_heads(void **state)
{
    static const unsigned heads[] = {8, 12, 32, 64, 96, 128, 256};
    struct random random = random_start(__func__);
    (void)state;
    for (unsigned i = 0; i < sizeof heads / sizeof *heads; i++)
        for (unsigned direction = 0; direction < 3; direction++) {
            size_t rows = ROWS_MAX / heads[i] * heads[i];
            struct row_order order = order_of(COLUMNS * 2, heads[i], direction == 0 ? 2 : heads[i] / 2);
            fill(&random, bytes[0], rows * COLUMNS);
            if (direction < 2)
                move(&order, bytes[0], rows, (size_t)COLUMNS * 2, bytes[1]);
            else
                memcpy(bytes[1], bytes[0], rows * COLUMNS * 2);
            struct buffer base = make_file("model.layers.0.self_attn.q_proj.weight", bytes[0], rows);
            struct buffer child = make_file("blk.0.attn_q.weight", bytes[1], rows);
            size_t packed = go_round(&child, &base);
            if (packed > 1000)
                fail_msg("heads of %u rows, direction %u: %zu bytes", heads[i], direction, packed);
            znn_buffer_free(&base);
            znn_buffer_free(&child);
        }
}

/* Rows that were moved in no known way: nothing is found, and nothing goes wrong. */
static void test_unknown(void **state)
{
    struct random random = random_start(__func__);
    (void)state;
    fill(&random, bytes[0], ROWS_MAX * COLUMNS);
    for (size_t i = 0; i < ROWS_MAX; i++)
        memcpy(bytes[1] + i * COLUMNS * 2, bytes[0] + (ROWS_MAX - 1 - i) * COLUMNS * 2, (size_t)COLUMNS * 2);
    struct buffer base = make_file("model.layers.0.self_attn.k_proj.weight", bytes[0], ROWS_MAX);
    struct buffer child = make_file("blk.0.attn_k.weight", bytes[1], ROWS_MAX);
    assert_true(go_round(&child, &base) > child.size / 2);
    znn_buffer_free(&base);
    znn_buffer_free(&child);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_order),
        cmocka_unit_test(test_heads),
        cmocka_unit_test(test_unknown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * test_tensor_table.c - the index's table of tensors
 */
#include "tables.h"

static void test_tensor_tables(void **state)
{
    (void)state;
    /* A tensor of three U8 in a file of ten: | 1 | 'a' | type 2 * 5 | rank 1 | 3 | gap | surplus | */
    static const struct table_row rows[] = {
        ROW("none", 0, 10, "", true),
        ROW("one", 1, 10, "\x01\x61\x0a\x01\x03\x04\x00", true),
        ROW("one that ends the file", 1, 10, "\x01\x61\x0a\x01\x03\x0e\x00", true),
        ROW("without a name", 1, 10, "\x00\x0a\x01\x03\x04\x00", true),
        ROW("a scalar", 1, 10, "\x01\x61\x0a\x00\x04\x00", true),
        ROW("nothing at the end", 1, 10, "\x01\x61\x0a\x01\x00\x14\x00", true),
        ROW("transposed", 1, 10, "\x01\x61\x0b\x01\x03\x01\x04\x00", true),
        ROW("with two strides", 1, 10, "\x01\x61\x0b\x02\x02\x01\x03\x07\x04\x02", true),
        ROW("strided without dimensions", 1, 10, "\x01\x61\x0b\x00\x04\x00", true),
        ROW("a stride of 2^64 - 1", 1, 10, "\x01\x61\x0b\x01\x03" MAX64 "\x04\x00", true),
        ROW("an overlong stride", 1, 10, "\x01\x61\x0b\x01\x03\x81\x00\x04\x00", false),
        ROW("a stride is missing", 1, 10, "\x01\x61\x0b\x02\x02\x01\x03\x04\x00", false),
        ROW("in blocks of 32 with 34 bytes", 1, 68, "\x01\x61\x36\x01\x40\x00\x00", true),
        ROW("in blocks, one byte too many", 1, 67, "\x01\x61\x36\x01\x40\x00\x00", false),
        ROW("half a byte", 1, 10, "\x01\x61\x04\x01\x01\x04\x00", true),
        ROW("of an unknown type", 1, 10, "\x01\x61\xfe\x7f\x01\x03\x04\x06", true),
        ROW("of type 2^64 - 1", 1, 10, "\x01\x61" MAX64 "\x01\x03\x01\x04\x06", true),
        ROW("a shape beyond 64 bits", 1, 10, "\x01\x61\x0a\x02" MAX64 MAX64 "\x04\x06", true),
        ROW("a shape beyond 64 bits, times 0", 1, 10, "\x01\x61\x0a\x03" MAX64 MAX64 "\x00\x04\x06", true),
        ROW("shorter than its shape", 1, 10, "\x01\x61\x0a\x01\x03\x04\x01", true),
        ROW("two, overlapping", 2, 10, "\x01\x61\x0a\x01\x03\x04\x00\x01\x62\x0a\x01\x03\x03\x00", true),
        ROW("two at one place", 2, 10, "\x01\x61\x0a\x01\x03\x04\x00\x01\x62\x0a\x01\x03\x05\x00", true),
        ROW("two in disorder", 2, 10, "\x01\x61\x0a\x01\x03\x04\x00\x01\x62\x0a\x01\x03\x07\x00", false),
        ROW("beyond the file", 1, 10, "\x01\x61\x0a\x01\x03\x10\x00", false),
        ROW("nothing beyond the file", 1, 10, "\x01\x61\x0a\x01\x00\x16\x00", false),
        ROW("larger than the file", 1, 10, "\x01\x61\x0a\x01\x0b\x00\x00", false),
        ROW("larger by its surplus", 1, 10, "\x01\x61\x0a\x01\x03\x00\x10", false),
        ROW("of negative size", 1, 10, "\x01\x61\x0a\x01\x03\x04\x07", false),
        ROW("before the file", 1, 10, "\x01\x61\x0a\x01\x03\x01\x00", false),
        ROW("a gap of 2^63", 1, 10, "\x01\x61\x0a\x01\x03" MAX64 "\x00", false),
        ROW("a shape beyond 64 bits, taken for its low bits", 1, 10,
            "\x01\x61\x0a\x02\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01\x02\x04\x16", false),
        ROW("one too many", 1, 10, "\x01\x61\x0a\x01\x03\x04\x00\x01", false),
        ROW("one of two", 2, 10, "\x01\x61\x0a\x01\x03\x04\x00", false),
        ROW("name cut short", 1, 10, "\5abcd", false),
        ROW("name of 4 GiB", 1, 10, "\xff\xff\xff\xff\17abcd", false),
        ROW("name of 2^32", 1, 10, "\x80\x80\x80\x80\20abcd", false),
        ROW("name of 2^64 - 1", 1, 10, MAX64 "abcd", false),
        ROW("rank of 2^32", 1, 10, "\x01\x61\x0a\x80\x80\x80\x80\x10\x01\x01", false),
        ROW("rank of 2^32 - 1 that is not there", 1, 10, "\x01\x61\x0a\xff\xff\xff\xff\x0f\x01\x01", false),
        ROW("overlong", 1, 10, "\x01\x61\x0a\x01\x83\x00\x04\x00", false),
        ROW("cut within a number", 1, 10, "\x01\x61\x0a\x01\x03\x04\x80", false),
    };
    check_rows(TABLE_TENSORS, rows, sizeof rows / sizeof *rows);
}

struct random_model {
    struct model model;
    uint64_t size; /* of the file */
};

static void random_name(struct random *random, uint8_t *name, size_t size)
{
    static const char bytes[] = "ab.\0\n\xc3\xa9";
    for (size_t i = 0; i < size; i++)
        name[i] = (uint8_t)bytes[random_below(random, sizeof bytes - 1)];
}

/* Tensors with and without the size that their shape calls for, some not listed, some beyond the end of the file: then
 * the table has what of them is before that. */
static void make_model(struct random *random, struct random_model *made)
{
    *made = (struct random_model){.size = 100000 + random_below(random, 1000)};
    uint64_t offset = 0;
    for (size_t i = random_below(random, 40); i > 0; i--) {
        uint8_t name[300];
        uint64_t shape[20], strides[20];
        offset += random_below(random, 2) ? random_below(random, 5000) : 0;
        struct tensor tensor = {
            .offset = offset,
            .size = random_below(random, 5000),
            .name_size = (uint32_t)random_below(random, random_below(random, 5) ? 20 : sizeof name),
            .rank = (uint32_t)random_below(random, random_below(random, 5) ? 4 : 20),
            .dtype = (uint8_t)(1 + random_below(random, DTYPE_COUNT - 1)),
            .flags = random_below(random, 5) ? TENSOR_LISTED : TENSOR_SPAN,
        };
        tensor.flags |= random_below(random, 5) ? 0 : TENSOR_STRIDED;
        random_name(random, name, tensor.name_size);
        for (uint32_t k = 0; k < tensor.rank; k++) {
            shape[k] = random_u64(random) >> random_below(random, 64);
            strides[k] = random_u64(random) >> random_below(random, 64);
        }
        assert_true(znn_model_add_view(&made->model, &tensor, name, shape, strides));
    }
}

/* Where the shape of a tensor ends in the model's text, which has them one after the other. */
static size_t end_of_text(const struct model *model, size_t i)
{
    return i + 1 < model->count ? (size_t)model->tensors[i + 1].text : model->text.size;
}

static void test_tensor_table_round_trip(void **state)
{
    (void)state;
    struct random random = random_start(__func__);
    for (int round = 0; round < 300; round++) {
        struct random_model made;
        struct buffer table = {0}, expected = {0}, out = {0};
        uint64_t entries, listed = 0;
        make_model(&random, &made);
        for (size_t i = 0; i < made.model.count; i++) {
            struct tensor tensor = made.model.tensors[i];
            if (!(tensor.flags & TENSOR_LISTED))
                continue;
            size_t text_size = end_of_text(&made.model, i) - (size_t)tensor.text;
            if (tensor.offset + tensor.size > made.size) {
                uint64_t left = tensor.offset < made.size ? made.size - tensor.offset : 0;
                tensor.offset = tensor.offset < made.size ? tensor.offset : made.size;
                tensor.size = left - left % znn_dtype_info((enum dtype)tensor.dtype)->block_bytes;
            }
            assert_true(note_tensor_line(&expected, &tensor, znn_tensor_text(&made.model, &tensor),
                                         text_size - tensor.name_size));
            listed++;
        }
        assert_true(znn_tensor_table_write(&made.model, made.size, &entries, append, &table));
        assert_int_equal(entries, listed);
        assert_int_equal(feed_all_ways(TABLE_TENSORS, entries, made.size, table.data, table.size, &random, &out),
                         ZNN_OK);
        assert_int_equal(out.size, expected.size);
        if (out.size > 0)
            assert_memory_equal(out.data, expected.data, out.size);
        znn_model_free(&made.model);
        znn_buffer_free(&table);
        znn_buffer_free(&expected);
        znn_buffer_free(&out);
    }
}

/* Whatever is accepted lies within the file, in order; and every cut gives the same answer. */
static enum znn_status check_tensor(void *context, const struct tensor *tensor, const struct buffer *text)
{
    uint64_t *last = context;
    assert_true(tensor->offset >= *last && tensor->offset + tensor->size <= 101000);
    assert_true(tensor->dtype < DTYPE_COUNT && tensor->name_size <= text->size);
    *last = tensor->offset;
    return ZNN_OK;
}

static void test_mutated_tensor_tables(void **state)
{
    (void)state;
    struct random random = random_start(__func__);
    for (int round = 0; round < 5000; round++) {
        struct random_model made;
        struct buffer table = {0}, out = {0};
        uint64_t entries, last = 0;
        make_model(&random, &made);
        assert_true(znn_tensor_table_write(&made.model, made.size, &entries, append, &table));
        for (size_t i = random_below(&random, 4); i > 0 && table.size > 0; i--)
            table.data[random_below(&random, table.size)] = (uint8_t)random_u64(&random);
        struct table_parser parser = {
            .kind = TABLE_TENSORS, .entries = entries, .original_size = 101000, .on_tensor = check_tensor};
        parser.context = &last;
        znn_table_parser_feed(&parser, table.data, table.size, NULL);
        znn_table_parser_free(&parser);
        if (round % 10 == 0)
            feed_all_ways(TABLE_TENSORS, entries, made.size, table.data, table.size, &random, &out);
        znn_model_free(&made.model);
        znn_buffer_free(&table);
        znn_buffer_free(&out);
    }
}

/* In version 1, no strides follow the shape of a tensor that has them; so their number is not known. */
static void test_tables_of_version_1(void **state)
{
    (void)state;
    static const struct table_row rows[] = {
        ROW("transposed", 1, 10, "\x01\x61\x0b\x01\x03\x04\x00", true),
        ROW("with a stride", 1, 10, "\x01\x61\x0b\x01\x03\x01\x04\x00", false),
    };
    check_rows(TABLE_TENSORS_VERSION_1, rows, sizeof rows / sizeof *rows);
}

static enum znn_status stop(void *context, const struct tensor *tensor, const struct buffer *text)
{
    (void)tensor;
    (void)text;
    ++*(unsigned *)context;
    return ZNN_ERROR_MEMORY;
}

static void test_error_of_a_visitor_is_passed_on(void **state)
{
    (void)state;
    unsigned calls = 0;
    struct table_parser parser = {
        .kind = TABLE_TENSORS, .entries = 2, .original_size = 10, .on_tensor = stop, .context = &calls};
    assert_int_equal(znn_table_parser_feed(&parser, (const uint8_t *)"\0\5\0\0\0\0\5\0\0\0", 10, NULL),
                     ZNN_ERROR_MEMORY);
    assert_int_equal(calls, 1);
    znn_table_parser_free(&parser);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tensor_tables),
        cmocka_unit_test(test_tables_of_version_1),
        cmocka_unit_test(test_tensor_table_round_trip),
        cmocka_unit_test(test_mutated_tensor_tables),
        cmocka_unit_test(test_error_of_a_visitor_is_passed_on),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * test_torch_legacy.c - tensors in PyTorch files from before 1.6
 */
#include "torch_files.h"

static void put_magic(struct buffer *out)
{
    PUT_BYTES(out, "\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.");
}

/* The head up to sys_info, on a machine of either kind. */
static void put_head(struct buffer *out, bool little_endian)
{
    put_magic(out);
    PUT_BYTES(out, "\x80\x02M\xe9\x03.\x80\x02}(");
    pickle_string(out, "protocol_version");
    put_text(out, "M\xe9\x03");
    pickle_string(out, "little_endian");
    put_text(out, little_endian ? "\x88u." : "\x89u.");
}

static void put_keys(struct buffer *out, const char *keys)
{
    put_text(out, "\x80\x02](");
    for (; *keys; keys++) {
        char key[] = {*keys, '\0'};
        pickle_string(out, key);
    }
    put_text(out, "e.");
}

/* Appends a storage and returns its place. */
static uint64_t put_storage(struct buffer *out, uint64_t numel, size_t size)
{
    put_u64(out, numel);
    uint64_t place = out->size;
    for (size_t i = 0; i < size; i++)
        PUT_BYTES(out, "\x3f");
    return place;
}

/* A vector of 5 floats "a", a view of half of it, and 3 shorts "c" in a dict; keys are 1 and 2. */
static void put_object(struct buffer *out)
{
    pickle_start(out);
    put_text(out, "}(");
    pickle_string(out, "a");
    pickle_vector(out, "1", 5);
    pickle_string(out, "b");
    pickle_tensor(
        out, &(struct pickle_tensor){.key = "1", .numel = 5, .offset = 1, .shape = {2}, .strides = {1}, .rank = 1});
    pickle_string(out, "c");
    pickle_tensor(out, &(struct pickle_tensor){
                           .storage = "ShortStorage", .key = "2", .numel = 3, .shape = {3}, .strides = {1}, .rank = 1});
    put_text(out, "u.");
}

static struct buffer make_file(uint64_t *first, uint64_t *second)
{
    struct buffer file = {0};
    put_head(&file, true);
    put_object(&file);
    put_keys(&file, "12");
    *first = put_storage(&file, 5, 20);
    *second = put_storage(&file, 3, 6);
    return file;
}

static void expect_object(const struct buffer *file, uint64_t first, uint64_t second)
{
    for (enum way way = WAY_MEMORY; way < WAY_COUNT; way++) {
        struct model model = scan_file(file, way);
        assert_int_equal(model.format, FORMAT_TORCH_LEGACY);
        assert_int_equal(model.count, 3);
        expect_tensor(&model, "a", BOTH, DTYPE_F32, first, 20, "5");
        expect_tensor(&model, "b", LISTED, DTYPE_F32, first + 4, 8, "2");
        expect_tensor(&model, "c", BOTH, DTYPE_I16, second, 6, "3");
        znn_model_free(&model);
    }
}

static void test_good(void **state)
{
    (void)state;
    uint64_t first, second;
    struct buffer file = make_file(&first, &second);
    expect_object(&file, first, second);
    put_text(&file, "something behind");
    expect_object(&file, first, second);
    znn_buffer_free(&file);
}

/* The magic number as other protocols write it. */
static void test_protocols(void **state)
{
    (void)state;
    static const struct {
        const char *data;
        size_t size;
        bool good;
    } magics[] = {
        {"\x80\x04\x95\x0d\0\0\0\0\0\0\0\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.", 24, true},
        {"L119547037146038801333356L\n.", 28, true},
        {"L119547037146038801333357L\n.", 28, false},
        {"\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x1a.", 15, false},
        {"\x80\x02\x8a\x09\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50.", 14, false},
        {"\x80\x02K\1.", 5, false},
    };
    for (size_t i = 0; i < sizeof magics / sizeof *magics; i++) {
        struct buffer file = {0};
        put(&file, magics[i].data, magics[i].size);
        PUT_BYTES(&file, "M\xe9\x03.}.");
        put_object(&file);
        put_keys(&file, "12");
        uint64_t first = put_storage(&file, 5, 20), second = put_storage(&file, 3, 6);
        if (magics[i].good) {
            expect_object(&file, first, second);
        } else {
            struct model model = scan_file(&file, WAY_MEMORY);
            assert_int_equal(model.format, FORMAT_BYTES);
            znn_model_free(&model);
        }
        znn_buffer_free(&file);
    }
}

/* A storage may be a view of another; a module comes with its source. */
static void test_view_and_module(void **state)
{
    (void)state;
    struct buffer file = {0};
    put_head(&file, true);
    pickle_start(&file);
    put_text(&file, "(");
    pickle_string(&file, "module");
    pickle_global(&file, "my", "Net");
    pickle_string(&file, "net.py");
    pickle_string(&file, "class Net: pass");
    put_text(&file, "tQ)\x81}");
    pickle_string(&file, "a");
    pickle_global(&file, "torch._utils", "_rebuild_tensor");
    put_text(&file, "((");
    pickle_string(&file, "storage");
    pickle_global(&file, "torch", "FloatStorage");
    pickle_string(&file, "1");
    pickle_string(&file, "cpu");
    put_text(&file, "K\x05(");
    pickle_string(&file, "view");
    put_text(&file, "K\1K\3ttQ"); /* 3 elements from the second on */
    put_text(&file, "K\1K\2\x85K\1\x85tRsb.");
    put_keys(&file, "1");
    uint64_t place = put_storage(&file, 5, 20);
    struct model model = scan_file(&file, WAY_RANDOM_ACCESS);
    assert_int_equal(model.count, 2);
    expect_tensor(&model, "a", LISTED, DTYPE_F32, place + 8, 8, "2");
    expect_tensor(&model, "", SPAN, DTYPE_F32, place, 20, "");
    znn_model_free(&model);
    znn_buffer_free(&file);
}

/* Files that are not what their pickles say: what is certain is typed, the rest is not. */
static void test_lies(void **state)
{
    (void)state;
    static const struct {
        const char *keys;
        uint64_t first, second; /* numbers of elements */
        bool little_endian;
        size_t spans;
    } rows[] = {
        {"12", 5, 3, true, 2},  {"12", 5, 3, false, 0},        {"12", 4, 3, true, 0}, {"12", UINT64_MAX, 3, true, 0},
        {"12", 5, 4, true, 1},  {"1", 5, 3, true, 1},          {"", 5, 3, true, 0},   {"x12", 5, 3, true, 0},
        {"1x2", 5, 3, true, 1}, {"1111111111", 5, 3, true, 1},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct buffer file = {0};
        put_head(&file, rows[i].little_endian);
        put_object(&file);
        put_keys(&file, rows[i].keys);
        put_storage(&file, rows[i].first, 20);
        put_storage(&file, rows[i].second, 6);
        struct model model = scan_file(&file, WAY_MEMORY);
        size_t spans = 0;
        for (size_t k = 0; k < model.count; k++)
            spans += model.tensors[k].flags & TENSOR_SPAN;
        assert_int_equal(model.format, FORMAT_TORCH_LEGACY);
        assert_int_equal(spans, rows[i].spans);
        znn_model_free(&model);
        znn_buffer_free(&file);
    }
}

/* A storage that is listed twice has one place, the first; what follows the second time cannot be trusted. */
static void test_a_key_twice(void **state)
{
    (void)state;
    struct buffer file = {0};
    put_head(&file, true);
    put_object(&file);
    put_keys(&file, "112");
    uint64_t first = put_storage(&file, 5, 20);
    put_storage(&file, 5, 20);
    put_storage(&file, 3, 6);
    for (enum way way = WAY_MEMORY; way < WAY_COUNT; way++) {
        struct model model = scan_file(&file, way);
        assert_int_equal(model.format, FORMAT_TORCH_LEGACY);
        assert_null(find_tensor(&model, "c", 0));
        expect_tensor(&model, "a", BOTH, DTYPE_F32, first, 20, "5");
        expect_tensor(&model, "b", LISTED, DTYPE_F32, first + 4, 8, "2");
        znn_model_free(&model);
    }
    znn_buffer_free(&file);
}

static void test_cut(void **state)
{
    (void)state;
    uint64_t first, second;
    struct buffer file = make_file(&first, &second);
    for (size_t size = file.size; size-- > 0;) {
        file.size = size;
        for (enum way way = WAY_MEMORY; way < WAY_COUNT; way++) {
            struct model model = scan_file(&file, way);
            uint64_t there = (size > first ? (size - first < 20 ? size - first : 20) / 4 * 4 : 0) +
                             (size > second ? (size - second) / 2 * 2 : 0);
            for (size_t i = 0; i < model.count; i++)
                there -= model.tensors[i].flags & TENSOR_SPAN ? model.tensors[i].size : 0;
            assert_int_equal(there, 0);
            znn_model_free(&model);
        }
    }
    znn_buffer_free(&file);
}

/* A head that does not fit the first view of it; and one that pretends to be huge. */
static void test_large_head(void **state)
{
    (void)state;
    for (int i = 0; i < 2; i++) {
        struct buffer file = {0};
        put_head(&file, true);
        pickle_start(&file);
        put_text(&file, "](");
        for (uint32_t k = 0; k < 100000; k++)
            pickle_string(&file, "some text that is of no use");
        if (i == 1)
            PUT_BYTES(&file, "\x8d\0\0\0\0\0\0\0\x40");
        put_text(&file, "e}");
        pickle_string(&file, "a");
        pickle_vector(&file, "1", 5);
        put_text(&file, "sa.");
        put_keys(&file, "1");
        uint64_t place = put_storage(&file, 5, 20);
        for (enum way way = WAY_MEMORY; way < WAY_COUNT; way++) {
            struct model model = scan_file(&file, way);
            assert_int_equal(model.format, FORMAT_TORCH_LEGACY);
            assert_int_equal(model.count, i == 0);
            if (i == 0)
                expect_tensor(&model, "100000.a", BOTH, DTYPE_F32, place, 20, "5");
            znn_model_free(&model);
        }
        znn_buffer_free(&file);
    }
}

static void test_mutations(void **state)
{
    (void)state;
    struct random random = random_start("test_mutations");
    uint64_t first, second;
    struct buffer file = make_file(&first, &second), copy = {0};
    for (int i = 0; i < 20000; i++) {
        copy.size = 0;
        put(&copy, file.data, file.size);
        for (size_t n = 1 + random_below(&random, 3); n > 0; n--)
            copy.data[15 + random_below(&random, copy.size - 15)] = (uint8_t)random_u64(&random);
        struct model model = scan_file(&copy, i % 2 ? WAY_MEMORY : WAY_STREAM);
        znn_model_free(&model);
    }
    znn_buffer_free(&copy);
    znn_buffer_free(&file);
}

static void test_read_errors(void **state)
{
    (void)state;
    uint64_t first, second;
    struct buffer file = make_file(&first, &second);
    expect_read_errors(&file, WAY_RANDOM_ACCESS);
    expect_read_errors(&file, WAY_STREAM);
    znn_buffer_free(&file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_good),        cmocka_unit_test(test_protocols), cmocka_unit_test(test_view_and_module),
        cmocka_unit_test(test_lies),        cmocka_unit_test(test_cut),       cmocka_unit_test(test_large_head),
        cmocka_unit_test(test_a_key_twice), cmocka_unit_test(test_mutations), cmocka_unit_test(test_read_errors),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * test_gguf_limits.c - the largest descriptions that are read in a GGUF file, and ones that are larger by one
 */
#include "gguf_writer.h"
#include "torch_files.h"

enum { F32 = 0 };

/* Appends a tensor of four numbers and its data.  Expects it in the file, or plain bytes, and frees the file. */
static void expect_and_free(struct buffer *file, bool is_read)
{
    gguf_tensor(file, "t", F32, (const uint64_t[4]){4}, 0);
    gguf_data(file, 32, 16);
    for (enum way way = WAY_MEMORY; way < WAY_COUNT; way++) {
        struct model model = scan_file(file, way);
        assert_int_equal(model.format, is_read ? FORMAT_GGUF : FORMAT_BYTES);
        assert_int_equal(model.count, is_read ? 1 : 0);
        znn_model_free(&model);
    }
    znn_buffer_free(file);
}

static void test_nested_arrays(void **state)
{
    (void)state;
    for (int depth = 1; depth <= 6; depth++) {
        struct buffer file = {0};
        gguf_header(&file, 3, 1, 1);
        gguf_key(&file, "key", GGUF_ARRAY);
        for (int i = 1; i < depth; i++)
            gguf_array(&file, GGUF_ARRAY, 1);
        gguf_array(&file, GGUF_U8, 3);
        PUT_BYTES(&file, "\1\2\3");
        expect_and_free(&file, depth <= 4);
    }
}

static void put_long_string(struct buffer *file, size_t size)
{
    put_u64(file, size);
    for (size_t i = 0; i < size; i++)
        PUT_BYTES(file, "n");
}

static void test_long_keys(void **state)
{
    (void)state;
    for (size_t size = 65534; size <= 65536; size++) {
        struct buffer file = {0};
        gguf_header(&file, 3, 1, 1);
        put_long_string(&file, size);
        put_u32(&file, GGUF_U32);
        put_u32(&file, 7);
        expect_and_free(&file, size <= 65535);
    }
}

/* Puts an empty tensor before the other one. */
static void put_empty(struct buffer *file, size_t name_size, uint32_t rank)
{
    put_long_string(file, name_size);
    put_u32(file, rank);
    for (uint32_t i = 0; i < rank; i++)
        put_u64(file, 0);
    put_u32(file, F32);
    put_u64(file, 0);
}

/* Returns the number of tensors that are found in the file, and frees it. */
static size_t count_and_free(struct buffer *file)
{
    gguf_data(file, 32, 32);
    struct model model = scan_file(file, WAY_MEMORY);
    size_t count = model.count;
    znn_model_free(&model);
    znn_buffer_free(file);
    return count;
}

static void test_long_names_and_many_dimensions(void **state)
{
    (void)state;
    for (uint32_t more = 0; more < 2; more++) {
        struct buffer named = {0}, ranked = {0};
        gguf_header(&named, 3, 1, 0);
        put_empty(&named, 4096 + more, 1);
        assert_int_equal(count_and_free(&named), more ? 0 : 1);
        gguf_header(&ranked, 3, 1, 0);
        put_empty(&ranked, 1, 8 + more);
        assert_int_equal(count_and_free(&ranked), more ? 0 : 1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nested_arrays),
        cmocka_unit_test(test_long_keys),
        cmocka_unit_test(test_long_names_and_many_dimensions),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

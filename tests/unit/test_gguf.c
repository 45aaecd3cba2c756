/*
 * test_gguf.c - tensors in good and bad GGUF files
 */
#include "gguf_writer.h"
#include "torch_files.h"

#define SHAPE(...) ((const uint64_t[4]){__VA_ARGS__})

enum { F32 = 0, F16 = 1, Q8_0 = 8, Q4_K = 12, BF16 = 30 };

/* Scans `file` in every way, expects a GGUF file with so many tensors each time, and gives back the last model. */
static struct model expect_gguf(const struct buffer *file, size_t tensors)
{
    struct model model = {0};
    for (enum way way = WAY_MEMORY; way < WAY_COUNT; way++) {
        znn_model_free(&model);
        model = scan_file(file, way);
        assert_int_equal(model.format, FORMAT_GGUF);
        assert_int_equal(model.verdict, VERDICT_ACCEPTED);
        assert_int_equal(model.count, tensors);
    }
    return model;
}

/* Expects that nobody makes anything of the file, and frees it. */
static void expect_bytes(struct buffer *file)
{
    for (enum way way = WAY_MEMORY; way < WAY_COUNT; way++) {
        struct model model = scan_file(file, way);
        assert_int_equal(model.format, FORMAT_BYTES);
        assert_int_equal(model.count, 0);
        znn_model_free(&model);
    }
    znn_buffer_free(file);
}

/* Expects no whole tensor; whether the file is cut or lies cannot be told.  Frees it. */
static void expect_nothing(struct buffer *file)
{
    for (enum way way = WAY_MEMORY; way < WAY_COUNT; way++) {
        struct model model = scan_file(file, way);
        assert_int_equal(model.format, model.verdict == VERDICT_TRUNCATED ? FORMAT_GGUF : FORMAT_BYTES);
        assert_int_equal(model.count, znn_model_count_cut(&model, file->size));
        znn_model_free(&model);
    }
    znn_buffer_free(file);
}

/* Expects a file that ends within its description, before the first tensor, and frees it. */
static void expect_cut(struct buffer *file)
{
    for (enum way way = WAY_MEMORY; way < WAY_COUNT; way++) {
        struct model model = scan_file(file, way);
        assert_int_equal(model.format, FORMAT_GGUF);
        assert_int_equal(model.verdict, VERDICT_TRUNCATED);
        assert_int_equal(model.count, 0);
        znn_model_free(&model);
    }
    znn_buffer_free(file);
}

/* Some metadata of every kind: 7 keys. */
static void put_metadata(struct buffer *out)
{
    gguf_key(out, "general.architecture", GGUF_STRING);
    gguf_string(out, "llama");
    gguf_key(out, "small", GGUF_U8);
    PUT_BYTES(out, "\1");
    gguf_key(out, "flag", GGUF_BOOL);
    PUT_BYTES(out, "\1");
    gguf_key(out, "large", GGUF_F64);
    put_u64(out, 0);
    gguf_key(out, "tokenizer.ggml.tokens", GGUF_ARRAY);
    gguf_array(out, GGUF_STRING, 3);
    gguf_string(out, "<s>");
    gguf_string(out, "");
    gguf_string(out, "token");
    gguf_key(out, "tokenizer.ggml.types", GGUF_ARRAY);
    gguf_array(out, GGUF_U16, 5);
    PUT_BYTES(out, "0123456789");
    gguf_key(out, "nested", GGUF_ARRAY);
    gguf_array(out, GGUF_ARRAY, 2);
    gguf_array(out, GGUF_U8, 3);
    PUT_BYTES(out, "abc");
    gguf_array(out, GGUF_STRING, 1);
    gguf_string(out, "x");
}

static struct buffer whole_file(uint64_t *data)
{
    struct buffer file = {0};
    gguf_header(&file, 3, 4, 7);
    put_metadata(&file);
    gguf_tensor(&file, "norm", F32, SHAPE(4), 0);
    gguf_tensor(&file, "embedding", F16, SHAPE(5, 3), 32);
    gguf_tensor(&file, "attn", Q8_0, SHAPE(64, 2), 64);
    gguf_tensor(&file, "ffn", Q4_K, SHAPE(256, 3), 224);
    *data = gguf_data(&file, 32, 224 + 3 * 144);
    return file;
}

static void test_good(void **state)
{
    (void)state;
    for (uint32_t version = 2; version <= 3; version++) {
        uint64_t data;
        struct buffer file = whole_file(&data);
        file.data[4] = (uint8_t)version;
        struct model model = expect_gguf(&file, 4);
        expect_tensor(&model, "norm", BOTH, DTYPE_F32, data, 16, "4");
        expect_tensor(&model, "embedding", BOTH, DTYPE_F16, data + 32, 30, "3x5");
        expect_tensor(&model, "attn", BOTH, DTYPE_Q8_0, data + 64, 4 * 34, "2x64");
        const struct tensor *last = find_tensor(&model, "ffn", 0);
        assert_int_equal(last->dtype, DTYPE_Q4_K);
        assert_int_equal(last->size, 3 * 144);
        znn_model_free(&model);
        znn_buffer_free(&file);
    }
}

/* Each of ggml's types, with one block. */
static void test_types(void **state)
{
    (void)state;
    unsigned known = 0;
    for (uint32_t type = 0; type < 300; type++) {
        struct buffer file = {0};
        gguf_header(&file, 3, 1, 0);
        gguf_tensor(&file, "t", type, SHAPE(256), 0);
        uint64_t data = gguf_data(&file, 32, 256 * 8);
        struct model model = scan_file(&file, WAY_STREAM);
        assert_int_equal(model.format, FORMAT_GGUF);
        if (model.count > 0) {
            const struct dtype_info *info = znn_dtype_info((enum dtype)model.tensors[0].dtype);
            assert_int_equal(model.tensors[0].offset, data);
            assert_int_equal(model.tensors[0].size, 256 / info->block_elements * info->block_bytes);
            known++;
        }
        znn_model_free(&model);
        znn_buffer_free(&file);
    }
    assert_int_equal(known, DTYPE_COUNT - DTYPE_Q4_0 + 8); /* and F32 F16 BF16 F64 I8 I16 I32 I64 */
}

static void test_alignment(void **state)
{
    (void)state;
    struct buffer file = {0};
    gguf_header(&file, 3, 2, 1);
    gguf_alignment(&file, 4096);
    gguf_tensor(&file, "a", BF16, SHAPE(10), 0);
    gguf_tensor(&file, "b", BF16, SHAPE(10), 4096);
    uint64_t data = gguf_data(&file, 4096, 4116);
    assert_int_equal(data, 4096);
    struct model model = expect_gguf(&file, 2);
    expect_tensor(&model, "a", BOTH, DTYPE_BF16, 4096, 20, "10");
    expect_tensor(&model, "b", BOTH, DTYPE_BF16, 8192, 20, "10");
    znn_model_free(&model);
    znn_buffer_free(&file);
}

/* The alignment that the file states is what offsets are held to, not the usual one. */
static void test_offsets_off_the_alignment(void **state)
{
    (void)state;
    static const uint64_t offsets[] = {32, 96, 128 + 16};
    for (size_t i = 0; i < sizeof offsets / sizeof *offsets; i++) {
        struct buffer file = {0};
        gguf_header(&file, 3, 2, 1);
        gguf_alignment(&file, 64);
        gguf_tensor(&file, "a", F32, SHAPE(4), 0);
        gguf_tensor(&file, "b", F32, SHAPE(4), offsets[i]);
        uint64_t data = gguf_data(&file, 64, 1000);
        struct model model = expect_gguf(&file, 1);
        expect_tensor(&model, "a", BOTH, DTYPE_F32, data, 16, "4");
        znn_model_free(&model);
        znn_buffer_free(&file);
    }
}

/* No tensor, one of rank 0, ones without elements, and names that are unusual. */
static void test_odd(void **state)
{
    (void)state;
    struct buffer file = {0};
    gguf_header(&file, 3, 0, 0);
    struct model model = expect_gguf(&file, 0);
    znn_model_free(&model);
    file.size = 0;
    gguf_header(&file, 3, 3, 0);
    gguf_tensor(&file, "", F32, SHAPE(0), 0);
    gguf_string(&file, "nothing");
    put_u32(&file, 2);
    put_u64(&file, 0);
    put_u64(&file, UINT64_MAX);
    put_u32(&file, Q8_0);
    put_u64(&file, 0);
    gguf_tensor(&file, "\xc3\xa4", F32, SHAPE(1, 1, 1, 1), 32);
    uint64_t data = gguf_data(&file, 32, 36);
    model = expect_gguf(&file, 3);
    const struct tensor *empty = find_tensor(&model, "nothing", 0);
    assert_int_equal(empty->size, 0);
    assert_int_equal(empty->flags, LISTED);
    expect_tensor(&model, "", BOTH, DTYPE_F32, data, 4, "");
    expect_tensor(&model, "\xc3\xa4", BOTH, DTYPE_F32, data + 32, 4, "1x1x1x1");
    znn_model_free(&model);
    znn_buffer_free(&file);
}

/* A tensor that is not in order is left out, and the others stay. */
static void test_bad_tensors(void **state)
{
    (void)state;
    static const struct {
        uint32_t type;
        uint64_t shape[4];
        uint64_t offset;
    } bad[] = {
        {F32, {4}, 48},              /* no multiple of the alignment */
        {F32, {4}, UINT64_MAX - 31}, /* sums that overflow */
        {F32, {UINT64_MAX}, 32},     /* sizes that do */
        {F32, {(uint64_t)1 << 62, 4}, 32},
        {F32, {(uint64_t)1 << 32, (uint64_t)1 << 32}, 32},
        {Q8_0, {33}, 32},    /* a broken block */
        {Q8_0, {16, 2}, 32}, /* a block over two rows */
        {Q4_K, {UINT64_MAX - 255}, 32},
        {4, {32}, 32}, /* types that are none */
        {43, {32}, 32},
        {UINT32_MAX, {32}, 32},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct buffer file = {0};
        gguf_header(&file, 3, 3, 0);
        gguf_tensor(&file, "a", F32, SHAPE(4), 0);
        gguf_tensor(&file, "bad", bad[i].type, bad[i].shape, bad[i].offset);
        gguf_tensor(&file, "c", F32, SHAPE(4), 64);
        gguf_data(&file, 32, 256);
        struct model model = scan_file(&file, WAY_RANDOM_ACCESS);
        assert_int_equal(model.format, FORMAT_GGUF);
        assert_int_equal(model.count, 2);
        assert_null(find_tensor(&model, "bad", 0));
        znn_model_free(&model);
        znn_buffer_free(&file);
    }
}

/* The file ends within its metadata, perhaps within the alignment itself. */
static void test_cut_alignment(void **state)
{
    (void)state;
    struct buffer file = {0};
    gguf_header(&file, 3, 1, 1);
    gguf_alignment(&file, 64);
    gguf_tensor(&file, "a", F32, SHAPE(4), 0);
    uint64_t data = gguf_data(&file, 64, 64);
    for (file.size = 8; file.size < data; file.size++)
        for (enum way way = WAY_MEMORY; way < WAY_COUNT; way++) {
            struct model model = scan_file(&file, way);
            znn_model_conclude(&model, file.size); /* as at the end of a stream */
            assert_int_equal(model.format, FORMAT_GGUF);
            assert_int_equal(model.verdict, VERDICT_TRUNCATED);
            znn_model_free(&model);
        }
    znn_buffer_free(&file);
}

/* Behind the end of the file, and over it: what is there is listed. */
static void test_cut_tensors(void **state)
{
    (void)state;
    static const struct {
        uint64_t count, offset, there;
    } rows[] = {{4, 320, 0}, {57, 32, 224}, {56, 32, 224}, {4, 256, 0}, {4, 224, 16}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        bool is_cut = rows[i].there < 4 * rows[i].count;
        struct buffer file = {0};
        gguf_header(&file, 3, 2, 0);
        gguf_tensor(&file, "a", F32, SHAPE(4), 0);
        gguf_tensor(&file, "b", F32, SHAPE(rows[i].count), rows[i].offset);
        uint64_t data = gguf_data(&file, 32, 256);
        struct model model = scan_file(&file, WAY_RANDOM_ACCESS);
        assert_int_equal(model.verdict, is_cut ? VERDICT_TRUNCATED : VERDICT_ACCEPTED);
        assert_int_equal(znn_model_count_cut(&model, file.size), is_cut);
        uint64_t place = data + (rows[i].offset < 256 ? rows[i].offset : 256);
        const struct tensor *b = find_tensor(&model, "b", 0);
        assert_true(b && b->offset == place && b->size == rows[i].there);
        assert_int_equal(b->flags, rows[i].there > 0 ? BOTH : LISTED);
        znn_model_free(&model);
        znn_buffer_free(&file);
    }
}

/* Of tensors that overlap, the first decides how the bytes are typed; all are listed. */
static void test_overlap(void **state)
{
    (void)state;
    struct buffer file = {0};
    gguf_header(&file, 3, 3, 0);
    gguf_tensor(&file, "b", BF16, SHAPE(16), 32);
    gguf_tensor(&file, "a", F32, SHAPE(16), 0);
    gguf_tensor(&file, "a again", F32, SHAPE(16), 0);
    uint64_t data = gguf_data(&file, 32, 64);
    struct model model = expect_gguf(&file, 3);
    expect_tensor(&model, "a", BOTH, DTYPE_F32, data, 64, "16");
    expect_tensor(&model, "a again", LISTED, DTYPE_F32, data, 64, "16");
    expect_tensor(&model, "b", LISTED, DTYPE_BF16, data + 32, 32, "16");
    znn_model_free(&model);
    znn_buffer_free(&file);
}

/* ------------------------------------------------------------------------------------------------------------------ */
/* Descriptions that are not in order                                                                                 */
/* ------------------------------------------------------------------------------------------------------------------ */

static void test_bad_versions(void **state)
{
    (void)state;
    static const uint32_t versions[] = {0, 1, 4, 0x03000000, 0x02000000, UINT32_MAX};
    for (size_t i = 0; i < sizeof versions / sizeof *versions; i++) {
        uint64_t data;
        struct buffer file = whole_file(&data);
        store_le32(file.data + 4, versions[i]);
        expect_bytes(&file);
    }
}

/* Counts, lengths and ranks that nobody has the bytes for. */
static void test_lies(void **state)
{
    (void)state;
    static const uint64_t lies[] = {UINT64_MAX, UINT64_MAX - 7, (uint64_t)1 << 63, (uint64_t)1 << 40, 1000000};
    for (size_t i = 0; i < sizeof lies / sizeof *lies; i++)
        for (int way = 0; way < 8; way++) {
            struct buffer file = {0};
            gguf_header(&file, 3, way == 0 ? lies[i] : 1, way == 1 ? lies[i] : 1);
            if (way == 2)
                put_u64(&file, lies[i]); /* the size of a key */
            gguf_key(&file, "key", way == 3 ? GGUF_STRING : GGUF_ARRAY);
            if (way == 3)
                put_u64(&file, lies[i]); /* of a string */
            else if (way == 4)
                gguf_array(&file, GGUF_U32, lies[i]);
            else if (way == 5)
                gguf_array(&file, GGUF_STRING, lies[i]);
            else if (way == 6)
                gguf_array(&file, GGUF_ARRAY, lies[i]);
            else
                gguf_array(&file, GGUF_U8, 0);
            if (way == 7)
                put_u64(&file, lies[i]); /* of the tensor's name */
            gguf_tensor(&file, "t", F32, SHAPE(4), 0);
            gguf_data(&file, 32, 1000);
            expect_nothing(&file);
        }
}

static void test_bad_metadata(void **state)
{
    (void)state;
    static const uint32_t alignments[] = {0, 1};
    for (int way = 0; way < 6; way++) {
        struct buffer file = {0};
        gguf_header(&file, 3, 1, 1);
        if (way < 2) { /* an alignment of 0, or of another type */
            gguf_key(&file, "general.alignment", way ? 5 : GGUF_U32);
            put_u32(&file, alignments[way]);
        } else if (way < 4) { /* types that are none */
            gguf_key(&file, "key", way == 2 ? 13 : UINT32_MAX);
        } else if (way == 4) {
            gguf_key(&file, "key", GGUF_ARRAY);
            gguf_array(&file, 13, 0);
        } else { /* arrays that are nested too deep */
            gguf_key(&file, "key", GGUF_ARRAY);
            for (int i = 0; i < 1000; i++)
                gguf_array(&file, GGUF_ARRAY, 1);
            gguf_array(&file, GGUF_U8, 0);
        }
        gguf_tensor(&file, "t", F32, SHAPE(4), 0);
        gguf_data(&file, 32, 1000);
        expect_bytes(&file);
    }
}

static void test_bad_infos(void **state)
{
    (void)state;
    for (int way = 0; way < 4; way++) {
        struct buffer file = {0};
        gguf_header(&file, 3, 1, 0);
        if (way == 0) { /* a name that is no UTF-8 */
            gguf_string(&file, "\xc3");
        } else if (way == 1) { /* one that is too long */
            put_u64(&file, 5000);
            for (int i = 0; i < 500; i++)
                put_text(&file, "0123456789");
        } else {
            gguf_string(&file, "t");
        }
        put_u32(&file, way == 2 ? 9 : way == 3 ? UINT32_MAX : 0);
        gguf_data(&file, 32, 1000);
        expect_bytes(&file);
    }
}

/* Metadata over many windows, as real tokenizers have it, and an end in the middle of it. */
static void test_long_metadata(void **state)
{
    (void)state;
    struct buffer file = {0};
    gguf_header(&file, 3, 1, 2);
    gguf_key(&file, "tokens", GGUF_ARRAY);
    gguf_array(&file, GGUF_STRING, 50000);
    for (int i = 0; i < 50000; i++)
        gguf_string(&file, "a token of some length");
    gguf_key(&file, "scores", GGUF_ARRAY);
    gguf_array(&file, GGUF_U32, 50000);
    for (int i = 0; i < 50000; i++)
        put_u32(&file, 0);
    gguf_tensor(&file, "t", F32, SHAPE(4), 0);
    uint64_t data = gguf_data(&file, 32, 16);
    struct model model = expect_gguf(&file, 1);
    expect_tensor(&model, "t", BOTH, DTYPE_F32, data, 16, "4");
    znn_model_free(&model);
    file.size /= 2;
    expect_cut(&file);
}

static void test_cut(void **state)
{
    (void)state;
    uint64_t data;
    struct buffer file = whole_file(&data);
    size_t whole = file.size;
    for (size_t size = 0; size < whole; size++)
        for (enum way way = WAY_MEMORY; way < WAY_COUNT; way++) {
            struct buffer cut = {.data = file.data, .size = size};
            struct model model = scan_file(&cut, way);
            uint64_t whole_count = model.count - znn_model_count_cut(&model, size);
            assert_int_equal(model.format, size < 8 ? FORMAT_BYTES : FORMAT_GGUF);
            if (size < data - 31)
                assert_int_equal(whole_count, 0);
            else
                assert_int_equal(whole_count, (size >= data + 16) + (size >= data + 62) + (size >= data + 64 + 136));
            znn_model_conclude(&model, size); /* as at the end of a stream */
            assert_int_equal(model.verdict, size < 8 ? VERDICT_HEADER_TOO_SMALL : VERDICT_TRUNCATED);
            assert_true(size < data || model.count == 4);
            znn_model_free(&model);
        }
    znn_buffer_free(&file);
}

static void test_mutations(void **state)
{
    (void)state;
    struct random random = random_start("test_mutations");
    uint64_t data;
    struct buffer file = whole_file(&data), copy = {0};
    for (int i = 0; i < 20000; i++) {
        copy.size = 0;
        put(&copy, file.data, file.size);
        for (size_t n = 1 + random_below(&random, 4); n > 0; n--)
            copy.data[random_below(&random, (size_t)data)] = (uint8_t)random_u64(&random);
        struct model model = scan_file(&copy, (enum way)random_below(&random, WAY_COUNT));
        znn_model_free(&model);
    }
    znn_buffer_free(&copy);
    znn_buffer_free(&file);
}

static void test_read_errors(void **state)
{
    (void)state;
    uint64_t data;
    struct buffer file = whole_file(&data);
    expect_read_errors(&file, WAY_RANDOM_ACCESS);
    expect_read_errors(&file, WAY_STREAM);
    znn_buffer_free(&file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_good),
        cmocka_unit_test(test_types),
        cmocka_unit_test(test_alignment),
        cmocka_unit_test(test_odd),
        cmocka_unit_test(test_bad_tensors),
        cmocka_unit_test(test_cut_tensors),
        cmocka_unit_test(test_overlap),
        cmocka_unit_test(test_bad_versions),
        cmocka_unit_test(test_lies),
        cmocka_unit_test(test_bad_metadata),
        cmocka_unit_test(test_bad_infos),
        cmocka_unit_test(test_long_metadata),
        cmocka_unit_test(test_cut),
        cmocka_unit_test(test_cut_alignment),
        cmocka_unit_test(test_mutations),
        cmocka_unit_test(test_read_errors),
        cmocka_unit_test(test_offsets_off_the_alignment),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

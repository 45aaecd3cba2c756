/*
 * test_safetensors_scan.c - the safetensors scanner: tensors, streams and unusual files
 */
#include "safetensors_files.h"

static void expect_tensor(const struct model *model, size_t index, const char *name, enum dtype dtype, uint64_t offset,
                          uint64_t size)
{
    const struct tensor *tensor = &model->tensors[index];
    assert_int_equal(tensor->name_size, strlen(name));
    if (*name)
        assert_memory_equal(model->text.data + tensor->text, name, strlen(name));
    assert_int_equal(tensor->dtype, dtype);
    assert_int_equal(tensor->offset, offset);
    assert_int_equal(tensor->size, size);
}

static void test_tensors(void **state)
{
    (void)state;
    static const char header[] = "{\"last\":[\"BF16\",[1,300],[12,612]],\"gone\":[\"U8\",[0],[0,0]],"
                                 "\"\xc3\xa9\\n\":{\"shape\":[],\"dtype\":\"F32\",\"data_offsets\":[8,12]},"
                                 "\"none\":{\"shape\":[5,0],\"dtype\":\"I64\",\"data_offsets\":[8,8]},"
                                 "\"first\":[\"F64\",[1],[0,8]],\"gone\":[\"U8\",[1],[612,613]]}";
    struct buffer file = make_file(strlen(header), header, strlen(header), 613);
    uint64_t data = 8 + strlen(header);
    for (enum way way = WAY_MEMORY; way < WAY_COUNT; way++) {
        struct tape tape = {.data = file.data, .size = file.size, .step = 1000};
        struct model model;
        assert_int_equal(scan_tape(&tape, way, &model), ZNN_OK);
        check_model(&model, file.size);
        assert_int_equal(model.count, 5);
        expect_tensor(&model, 0, "first", DTYPE_F64, data, 8);
        expect_tensor(&model, 1, "none", DTYPE_I64, data + 8, 0);
        expect_tensor(&model, 2, "\xc3\xa9\n", DTYPE_F32, data + 8, 4);
        expect_tensor(&model, 3, "last", DTYPE_BF16, data + 12, 600);
        expect_tensor(&model, 4, "gone", DTYPE_U8, data + 612, 1);
        assert_int_equal(model.tensors[2].rank, 0);
        assert_int_equal(model.tensors[3].rank, 2);
        assert_memory_equal(model.text.data + model.tensors[3].text, "last\x01\xac\x02", 7);
        znn_model_free(&model);
    }
    znn_buffer_free(&file);
}

/* The model has no text at all. */
static void test_lone_scalar_without_name(void **state)
{
    (void)state;
    static const char header[] = "{\"\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[0,4]}}";
    struct buffer file = make_file(strlen(header), header, strlen(header), 4);
    for (enum way way = WAY_MEMORY; way < WAY_COUNT; way++) {
        struct tape tape = {.data = file.data, .size = file.size, .step = 1000};
        struct model model;
        assert_int_equal(scan_tape(&tape, way, &model), ZNN_OK);
        check_model(&model, file.size);
        assert_int_equal(model.count, 1);
        expect_tensor(&model, 0, "", DTYPE_F32, 8 + strlen(header), 4);
        znn_model_free(&model);
    }
    znn_buffer_free(&file);
}

static void test_every_dtype(void **state)
{
    (void)state;
    for (enum dtype dtype = DTYPE_BYTES + 1; dtype <= DTYPE_U64; dtype++) { /* the others are not of safetensors */
        const struct dtype_info *info = znn_dtype_info(dtype);
        char header[200];
        snprintf(header, sizeof header, "{\"a\":{\"dtype\":\"%s\",\"shape\":[2,4],\"data_offsets\":[0,%d]}}",
                 info->name, info->bits);
        expect_header(info->name, header, strlen(header), info->bits, VERDICT_ACCEPTED);
        expect_header(info->name, header, strlen(header), info->bits + 1U, VERDICT_METADATA_INCOMPLETE_BUFFER);
    }
}

static struct buffer nested(unsigned depth)
{
    struct buffer header = {0};
    put_text(&header, "{\"a\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[0,4],\"x\":");
    for (unsigned i = 2; i < depth; i++)
        put_text(&header, "[");
    for (unsigned i = 2; i < depth; i++)
        put_text(&header, "]");
    put_text(&header, "}}");
    return header;
}

static void test_depth_and_rank(void **state)
{
    (void)state;
    static const unsigned depths[] = {3, 120, 127, 128, 200};
    for (size_t i = 0; i < sizeof depths / sizeof *depths; i++) {
        struct buffer header = nested(depths[i]);
        expect_header("nested", header.data, header.size, 4,
                      depths[i] < 128 ? VERDICT_ACCEPTED : VERDICT_INVALID_HEADER_DESERIALIZATION);
        znn_buffer_free(&header);
    }
    struct buffer header = {0};
    put_text(&header, "{\"a\":[\"U8\",[1");
    for (int i = 1; i < 1000; i++)
        put_text(&header, ",1");
    put_text(&header, "],[0,1]]}");
    expect_header("rank 1000", header.data, header.size, 1, VERDICT_ACCEPTED);
    znn_buffer_free(&header);
}

/* ---------------------------------------------------------------------------------------------------------------- */
/* Streams                                                                                                          */
/* ---------------------------------------------------------------------------------------------------------------- */

enum { LONG = 10000 }; /* beyond what is looked at of a file that is no safetensors */

static enum header_verdict scan_stream(const struct buffer *file, size_t *taken, size_t *count)
{
    struct tape tape = {.data = file->data, .size = file->size, .step = 100};
    struct model model;
    assert_int_equal(scan_tape(&tape, WAY_STREAM, &model), ZNN_OK);
    check_model(&model, ZNN_SIZE_UNKNOWN);
    enum header_verdict verdict = model.verdict;
    *taken = tape.taken;
    *count = model.count;
    znn_model_free(&model);
    return verdict;
}

/* A stream whose end was not seen is believed. */
static void test_stream_end_unknown(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"complete", OF_SIZE("U8", "[10000]", "10000"), LONG, VERDICT_ACCEPTED},
        {"missing tail", OF_SIZE("U8", "[999999]", "999999"), LONG, VERDICT_ACCEPTED},
        {"extra tail", "{\"a\":" A "}", LONG, VERDICT_ACCEPTED},
        {"far end", OF_SIZE("U8", "[2305843009213693951]", "2305843009213693951"), LONG, VERDICT_ACCEPTED},
        {"hole", "{\"b\":" B "}", LONG, VERDICT_INVALID_OFFSET},
        {"wrong size", OF_SIZE("U8", "[5]", "4"), LONG, VERDICT_TENSOR_INVALID_INFO},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        size_t size = strlen(rows[i].header);
        struct buffer file = make_file(size, rows[i].header, size, rows[i].data_size);
        size_t taken;
        size_t count;
        assert_int_equal(scan_stream(&file, &taken, &count), rows[i].verdict);
        assert_true(taken < LONG);
        znn_buffer_free(&file);
    }
}

/* No single tensor can be this long, but together they reach beyond any file. */
static void test_stream_impossible_end(void **state)
{
    (void)state;
    struct buffer header = {0};
    for (uint64_t i = 0; i < 4; i++) {
        char text[200];
        uint64_t size = UINT64_C(2305843009213693951);
        snprintf(text, sizeof text, "%s\"%" PRIu64 "\":[\"U8\",[%" PRIu64 "],[%" PRIu64 ",%" PRIu64 "]]", i ? "," : "{",
                 i, size, i * size, (i + 1) * size);
        put_text(&header, text);
    }
    put_text(&header, "}");
    struct buffer file = make_file(header.size, header.data, header.size, LONG);
    size_t taken;
    size_t count;
    assert_int_equal(scan_stream(&file, &taken, &count), VERDICT_METADATA_INCOMPLETE_BUFFER);
    expect("impossible end", &file, VERDICT_METADATA_INCOMPLETE_BUFFER);
    znn_buffer_free(&file);
    znn_buffer_free(&header);
}

/* Of what cannot be safetensors, little is kept, whatever its first bytes claim. */
static void test_stream_not_safetensors(void **state)
{
    (void)state;
    struct buffer text = {0};
    for (size_t i = 0; i < LONG; i++)
        put_text(&text, "x");
    static const uint64_t lengths[] = {0, 1, 2, 5000, 50000000, 100000000, 100000001, UINT64_MAX};
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        struct buffer file = make_file(lengths[i], text.data, text.size, 0);
        size_t taken;
        size_t count;
        enum header_verdict expected =
            lengths[i] > 100000000 ? VERDICT_HEADER_TOO_LARGE : VERDICT_INVALID_HEADER_DESERIALIZATION;
        assert_int_equal(scan_stream(&file, &taken, &count), expected);
        assert_true(taken < 4200);
        znn_buffer_free(&file);
    }
    znn_buffer_free(&text);
}

/* A header that is longer than what is looked at first, whole and cut. */
static void test_stream_long_header(void **state)
{
    (void)state;
    struct buffer header = {0};
    for (size_t i = 0; i < LONG; i++)
        put_text(&header, " ");
    put_text(&header, "{\"a\":" A "}");
    struct buffer file = make_file(header.size, header.data, header.size, 4);
    expect("long header", &file, VERDICT_ACCEPTED);
    file.size -= 10;
    expect("long header, cut", &file, VERDICT_INVALID_HEADER_LENGTH);
    file.size = 5000;
    expect("long header, cut early", &file, VERDICT_INVALID_HEADER_LENGTH);
    znn_buffer_free(&file);
    znn_buffer_free(&header);
}

static void test_read_errors(void **state)
{
    (void)state;
    struct buffer file = make_file(2, "{}", 2, 0);
    for (enum way way = WAY_RANDOM_ACCESS; way < WAY_COUNT; way++) {
        struct tape tape = {.data = file.data, .size = file.size, .step = 3, .fails = true};
        struct model model;
        assert_int_equal(scan_tape(&tape, way, &model), ZNN_ERROR_IO);
        znn_model_free(&model);
    }
    znn_buffer_free(&file);
}

/* ---------------------------------------------------------------------------------------------------------------- */
/* Many and strange                                                                                                 */
/* ---------------------------------------------------------------------------------------------------------------- */

static void put_tensor(struct buffer *header, const char *name, size_t begin, size_t end)
{
    char text[300];
    snprintf(text, sizeof text, "%s\"%s\":{\"dtype\":\"U8\",\"shape\":[%zu],\"data_offsets\":[%zu,%zu]}",
             header->size ? "," : "{", name, end - begin, begin, end);
    put_text(header, text);
}

/* Tensors by the hundred thousand, out of order, under names that differ at their ends only. */
static void test_many_tensors(void **state)
{
    (void)state;
    enum { COUNT = 100000, STRIDE = 38287 };
    struct buffer header = {0};
    for (size_t i = 0; i < COUNT; i++) {
        char name[100];
        size_t at = i * STRIDE % COUNT;
        snprintf(name, sizeof name, "model.layers.with.a.name.that.goes.on.and.on.for.all.of.them.%06zu", at);
        put_tensor(&header, name, at, at + 1);
    }
    put_text(&header, "}");
    struct buffer file = make_file(header.size, header.data, header.size, COUNT);
    struct tape tape = {.data = file.data, .size = file.size, .step = SIZE_MAX};
    struct model model;
    assert_int_equal(scan_tape(&tape, WAY_STREAM, &model), ZNN_OK);
    check_model(&model, ZNN_SIZE_UNKNOWN);
    assert_int_equal(model.count, COUNT);
    expect_tensor(&model, 4711, "model.layers.with.a.name.that.goes.on.and.on.for.all.of.them.004711", DTYPE_U8,
                  8 + header.size + 4711, 1);
    znn_model_free(&model);
    expect("many tensors", &file, VERDICT_ACCEPTED);
    znn_buffer_free(&file);
    znn_buffer_free(&header);
}

static void test_many_namesakes(void **state)
{
    (void)state;
    enum { COUNT = 100000 };
    struct buffer header = {0};
    for (size_t i = 0; i < COUNT; i++)
        put_tensor(&header, i % 2 ? "odd, and as long a name as the other" : "even, and as long as the other one",
                   i % 2 ? 0 : COUNT - 1, i % 2 ? i : COUNT + i);
    put_text(&header, "}");
    struct buffer file = make_file(header.size, header.data, header.size, 2 * COUNT - 2);
    struct tape tape = {.data = file.data, .size = file.size};
    struct model model;
    assert_int_equal(scan_tape(&tape, WAY_MEMORY, &model), ZNN_OK);
    check_model(&model, file.size);
    assert_int_equal(model.count, 2);
    expect_tensor(&model, 0, "odd, and as long a name as the other", DTYPE_U8, 8 + header.size, COUNT - 1);
    expect_tensor(&model, 1, "even, and as long as the other one", DTYPE_U8, 8 + header.size + COUNT - 1, COUNT - 1);
    znn_model_free(&model);
    znn_buffer_free(&file);
    znn_buffer_free(&header);
}

/* Whatever comes in, the three ways agree, and what is listed makes sense. */
static void test_mutations(void **state)
{
    (void)state;
    static const char header[] = " {\"__metadata__\":{\"k\":\"v\"},\"a\":" A ",\"b\":" B
                                 ",\"\\u00e9\":[\"F4\",[2,3],[8,11]],\"z\":[\"F6_E2M3\",[0],[11,11]]}";
    static const char alphabet[] = "{}[]\",:\\u0123456789-.ezFU \x00\x80";
    struct random random = random_start(__func__);
    for (int round = 0; round < 10000; round++) {
        struct buffer file = make_file(strlen(header), header, strlen(header), 11);
        for (size_t i = random_below(&random, 4); i > 0; i--) {
            size_t at =
                random_below(&random, 10) ? 8 + random_below(&random, strlen(header)) : random_below(&random, 8);
            bool is_wild = random_below(&random, 4) == 0;
            file.data[at] =
                is_wild ? (uint8_t)random_u64(&random) : (uint8_t)alphabet[random_below(&random, sizeof alphabet - 1)];
        }
        if (random_below(&random, 20) == 0)
            file.size = random_below(&random, file.size);
        expect("mutation", &file, scan_file(&file, WAY_MEMORY));
        znn_buffer_free(&file);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tensors),
        cmocka_unit_test(test_lone_scalar_without_name),
        cmocka_unit_test(test_every_dtype),
        cmocka_unit_test(test_depth_and_rank),
        cmocka_unit_test(test_stream_end_unknown),
        cmocka_unit_test(test_stream_impossible_end),
        cmocka_unit_test(test_stream_not_safetensors),
        cmocka_unit_test(test_stream_long_header),
        cmocka_unit_test(test_read_errors),
        cmocka_unit_test(test_many_tensors),
        cmocka_unit_test(test_many_namesakes),
        cmocka_unit_test(test_mutations),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * test_safetensors.c - which safetensors headers znn accepts, and why it rejects others
 *
 * The expected results are those of the reference reader.
 */
#include "safetensors_files.h"

static void test_accepted(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"plain", "{\"a\":" A "}", 4, VERDICT_ACCEPTED},
        {"white space around", " \t\r\n{ \"a\" : " A " } \t\r\n", 4, VERDICT_ACCEPTED},
        {"empty", "{}", 0, VERDICT_ACCEPTED},
        {"empty, padded", "{}      ", 0, VERDICT_ACCEPTED},
        {"two, out of order", "{\"b\":" B ",\"a\":" A "}", 8, VERDICT_ACCEPTED},
        {"a name twice", "{\"a\":" A ",\"a\":" A "}", 4, VERDICT_ACCEPTED},
        {"a name twice, the last one good", "{\"a\":" B ",\"a\":" A "}", 4, VERDICT_ACCEPTED},
        {"a name twice, once escaped", "{\"a\":" B ",\"\\u0061\":" A "}", 4, VERDICT_ACCEPTED},
        {"metadata", "{\"__metadata__\":{\"format\":\"pt\"},\"a\":" A "}", 4, VERDICT_ACCEPTED},
        {"metadata only", "{\"__metadata__\":{}}", 0, VERDICT_ACCEPTED},
        {"metadata null", "{\"a\":" A ",\"__metadata__\":null}", 4, VERDICT_ACCEPTED},
        {"a key twice in metadata", "{\"__metadata__\":{\"k\":\"1\",\"k\":\"2\"}}", 0, VERDICT_ACCEPTED},
        {"further fields", A_WITH("\"x\":[1,{\"dtype\":2}],\"\":null,\"y\":-1.5e3"), 4, VERDICT_ACCEPTED},
        {"a further field twice", A_WITH("\"x\":1,\"x\":1"), 4, VERDICT_ACCEPTED},
        {"fields in another order", "{\"a\":{\"data_offsets\":[0,4],\"shape\":[4],\"dtype\":\"U8\"}}", 4,
         VERDICT_ACCEPTED},
        {"as an array", "{\"a\":[\"U8\",[4],[0,4]]}", 4, VERDICT_ACCEPTED},
        {"escaped dtype", "{\"a\":{\"dtype\":\"F\\u0033\\u0032\",\"shape\":[],\"data_offsets\":[0,4]}}", 4,
         VERDICT_ACCEPTED},
        {"escaped field", "{\"a\":{\"\\u0064type\":\"U8\",\"shape\":[4],\"data_offsets\":[0,4]}}", 4, VERDICT_ACCEPTED},
        {"dtype as an object", A_DTYPE("{\"U8\":null}"), 4, VERDICT_ACCEPTED},
        {"scalar", OF_SIZE("F32", "[]", "4"), 4, VERDICT_ACCEPTED},
        {"zero dimension", OF_SIZE("F32", "[7,0,9]", "0"), 0, VERDICT_ACCEPTED},
        {"zero dimension first", OF_SIZE("F32", "[0," MAX "," MAX "]", "0"), 0, VERDICT_ACCEPTED},
        {"zero-size tensor at a shared offset",
         "{\"a\":" A ",\"z\":{\"dtype\":\"F64\",\"shape\":[0],\"data_offsets\":[4,4]},\"b\":" B "}", 8,
         VERDICT_ACCEPTED},
        {"two zero-size tensors", "{\"a\":[\"U8\",[0],[0,0]],\"b\":[\"U8\",[0],[0,0]]}", 0, VERDICT_ACCEPTED},
        {"empty name", "{\"\":" A "}", 4, VERDICT_ACCEPTED},
        {"name with everything", "{\"\\u0000\\ud83d\\ude00\xc3\xa9\\\"\":" A "}", 4, VERDICT_ACCEPTED},
        {"sub-byte dtypes", "{\"a\":[\"F4\",[2],[0,1]],\"b\":[\"F6_E2M3\",[4],[1,4]]}", 4, VERDICT_ACCEPTED},
    };
    expect_rows(rows, sizeof rows / sizeof *rows);
}

static void test_misshapen(void **state)
{
    (void)state;
    static const char *const headers[] = {
        " ",
        "[]",
        "null",
        "1",
        "\"a\"",
        "{\"a\":" A "",
        "{\"a\":" A ",}",
        "{\"a\":" A "}{}",
        "{\"a\":" A "},",
        "{\"a\":" A "}//",
        "{/**/\"a\":" A "}",
        "\xef\xbb\xbf{\"a\":" A "}",
        "{\"a\":" A "}x",
        "{a:" A "}",
        "{\"a\":null}",
        "{\"a\":1}",
        "{\"a\":\"U8\"}",
        "{\"a\":{}}",
        "{\"a\":[]}",
        "{\"a\":" A ",\"b\":null}",
        "{\"a\":{\"shape\":[4],\"data_offsets\":[0,4]}}",
        "{\"a\":{\"dtype\":\"U8\",\"data_offsets\":[0,4]}}",
        "{\"a\":{\"dtype\":\"U8\",\"shape\":[4]}}",
        "{\"a\":1,\"a\":" A "}",
        A_WITH("\"dtype\":\"U8\""),
        A_WITH("\"shape\":[4]"),
        A_WITH("\"data_offsets\":[0,4]"),
        A_WITH("\"\\u0064type\":\"U8\""),
        A_WITH("\"x\":1e999"),
        A_WITH("\"x\":NaN"),
        A_WITH("\"x\":04"),
        A_WITH("\"x\":\"\\ud800\""),
        A_WITH("\"x\":\"\n\""),
        A_WITH("\"\\udfff\":1"),
        "{\"a\":{\"Dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[0,4]}}",
        "{\"a\":[\"U8\",[4]]}",
        "{\"a\":[\"U8\",[4],[0,4],0]}",
        "{\"a\":[[4],\"U8\",[0,4]]}",
        "{\"a\":[" A "]}",
        A_DTYPE("\"u8\""),
        A_DTYPE("\"U\""),
        A_DTYPE("\"U88\""),
        A_DTYPE("\"\""),
        A_DTYPE("\"BYTES\""),
        A_DTYPE("null"),
        A_DTYPE("5"),
        A_DTYPE("[\"U8\"]"),
        A_DTYPE("{}"),
        A_DTYPE("{\"U8\":{}}"),
        A_DTYPE("{\"U8\":[]}"),
        A_DTYPE("{\"U8\":0}"),
        A_DTYPE("{\"U8\":null,\"U8\":null}"),
        A_DTYPE("{\"u8\":null}"),
        A_DTYPE("\"U8 \""),
        A_SHAPE("null"),
        A_SHAPE("4"),
        A_SHAPE("{}"),
        A_SHAPE("[4.0]"),
        A_SHAPE("[4e0]"),
        A_SHAPE("[-0]"),
        A_SHAPE("[04]"),
        A_SHAPE("[-4]"),
        A_SHAPE("[\"4\"]"),
        A_SHAPE("[[4]]"),
        A_SHAPE("[null]"),
        A_SHAPE("[true]"),
        A_SHAPE("[18446744073709551616]"),
        A_SHAPE("[0,99999999999999999999999]"),
        A_SHAPE("[4,]"),
        A_OFFSETS("[]"),
        A_OFFSETS("[0]"),
        A_OFFSETS("[0,4,4]"),
        A_OFFSETS("[0,4.0]"),
        A_OFFSETS("[-0,4]"),
        A_OFFSETS("[0,18446744073709551616]"),
        A_OFFSETS("{\"0\":4}"),
        A_OFFSETS("null"),
        A_OFFSETS("[0,null]"),
        "{\"__metadata__\":{},\"__metadata__\":{},\"a\":" A "}",
        "{\"__metadata__\":null,\"__metadata__\":null}",
        "{\"__metadata__\":{},\"\\u005f_metadata__\":{}}",
        "{\"__metadata__\":{\"k\":1}}",
        "{\"__metadata__\":{\"k\":null}}",
        "{\"__metadata__\":{\"k\":{}}}",
        "{\"__metadata__\":[]}",
        "{\"__metadata__\":\"x\"}",
        "{\"__metadata__\":" A "}",
    };
    for (size_t i = 0; i < sizeof headers / sizeof *headers; i++)
        expect_header(headers[i], headers[i], strlen(headers[i]), 4, VERDICT_INVALID_HEADER_DESERIALIZATION);
    expect_header("NUL padding", "{}\0\0", 4, 0, VERDICT_INVALID_HEADER_DESERIALIZATION);
    expect_header("N = 0", "", 0, 4, VERDICT_INVALID_HEADER_DESERIALIZATION);
}

static void test_bad_ranges(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"empty with data", "{}", 4, VERDICT_METADATA_INCOMPLETE_BUFFER},
        {"missing tail", "{\"a\":" A "}", 3, VERDICT_METADATA_INCOMPLETE_BUFFER},
        {"extra tail", "{\"a\":" A "}", 5, VERDICT_METADATA_INCOMPLETE_BUFFER},
        {"bits overflow for the largest end", OF_SIZE("U8", "[" MAX "]", MAX), 4, VERDICT_VALIDATION_OVERFLOW},
        {"far end", OF_SIZE("U8", "[2305843009213693951]", "2305843009213693951"), 4,
         VERDICT_METADATA_INCOMPLETE_BUFFER},
        {"hole at the start", "{\"b\":" B "}", 8, VERDICT_INVALID_OFFSET},
        {"hole", "{\"a\":" A ",\"b\":{\"dtype\":\"U8\",\"shape\":[3],\"data_offsets\":[5,8]}}", 8,
         VERDICT_INVALID_OFFSET},
        {"overlap", "{\"a\":" A ",\"b\":{\"dtype\":\"U8\",\"shape\":[5],\"data_offsets\":[3,8]}}", 8,
         VERDICT_INVALID_OFFSET},
        {"two names over one range", "{\"a\":" A ",\"b\":" A "}", 4, VERDICT_INVALID_OFFSET},
        {"a name twice, the last one bad", "{\"a\":" A ",\"a\":" B "}", 8, VERDICT_INVALID_OFFSET},
        {"backwards", "{\"a\":" A ",\"b\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[4,3]}}", 4,
         VERDICT_INVALID_OFFSET},
        {"too large a shape", OF_SIZE("U8", "[5]", "4"), 4, VERDICT_TENSOR_INVALID_INFO},
        {"too small a shape", OF_SIZE("U8", "[3]", "4"), 4, VERDICT_TENSOR_INVALID_INFO},
        {"wrong width", OF_SIZE("F32", "[4]", "4"), 4, VERDICT_TENSOR_INVALID_INFO},
        {"zero elements with data", OF_SIZE("U8", "[0]", "4"), 4, VERDICT_TENSOR_INVALID_INFO},
        {"product overflows before a zero", OF_SIZE("U8", "[" MAX "," MAX ",0]", "0"), 0, VERDICT_VALIDATION_OVERFLOW},
        {"product overflows", OF_SIZE("U8", "[4294967296,4294967296]", "4"), 4, VERDICT_VALIDATION_OVERFLOW},
        {"bits overflow", OF_SIZE("F64", "[288230376151711744]", "4"), 4, VERDICT_VALIDATION_OVERFLOW},
        {"bits just fit", OF_SIZE("F64", "[288230376151711743]", "4"), 4, VERDICT_TENSOR_INVALID_INFO},
        {"half a byte", OF_SIZE("F4", "[3]", "1"), 1, VERDICT_MISALIGNED_SLICE},
        {"six bits", OF_SIZE("F6_E3M2", "[1]", "1"), 1, VERDICT_MISALIGNED_SLICE},
        {"an offset is judged before its shape", "{\"a\":[\"F4\",[3],[1,2]]}", 2, VERDICT_INVALID_OFFSET},
        {"a shape is judged before the next offset", "{\"b\":[\"U8\",[1],[2,3]],\"a\":[\"F4\",[3],[0,1]]}", 3,
         VERDICT_MISALIGNED_SLICE},
        {"a size is judged before the end", OF_SIZE("U8", "[5]", "4"), 9, VERDICT_TENSOR_INVALID_INFO},
    };
    expect_rows(rows, sizeof rows / sizeof *rows);
}

static void test_not_utf8(void **state)
{
    (void)state;
    static const char *const headers[] = {
        "{\"\xc0\x80\":" A "}",
        "{\"\xed\xa0\x80\":" A "}",
        "{\"\xf4\x90\x80\x80\":" A "}",
        "{\"\x80\":" A "}",
        "{\xff",
        "{}\xc3",
        "\xff",
        "x\xff",
        "{\"a\":\xff",
    };
    for (size_t i = 0; i < sizeof headers / sizeof *headers; i++)
        expect_header(headers[i], headers[i], strlen(headers[i]), 4, VERDICT_INVALID_HEADER);
}

/* Of a long header that is no object, only the start is checked, and a code point may be cut there. */
static void test_long_header_that_is_no_object(void **state)
{
    (void)state;
    static const struct {
        const char *bytes; /* the last ones of the 4096 that are checked, and the first behind them */
        size_t checked;
        enum header_verdict verdict;
    } rows[] = {
        {"xxxxx", 4, VERDICT_INVALID_HEADER_DESERIALIZATION},
        {"\xf0\x9f\x98\x80x", 3, VERDICT_INVALID_HEADER_DESERIALIZATION},
        {"\xc3\xa4xxx", 1, VERDICT_INVALID_HEADER_DESERIALIZATION},
        {"\xf0\x9fxxx", 4, VERDICT_INVALID_HEADER},
        {"\xffxxxx", 4, VERDICT_INVALID_HEADER},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char header[5000];
        memset(header, 'x', sizeof header);
        memcpy(header + 4096 - rows[i].checked, rows[i].bytes, strlen(rows[i].bytes));
        expect_header("no object", header, sizeof header, 4, rows[i].verdict);
    }
}

static void test_lengths(void **state)
{
    (void)state;
    static const struct {
        const char *what;
        uint64_t length;
        const char *rest;
        enum header_verdict verdict;
        enum model_format format;
    } rows[] = {
        {"accepted", 2, "{}", VERDICT_ACCEPTED, FORMAT_SAFETENSORS},
        {"accepted after white space", 3, " {}", VERDICT_ACCEPTED, FORMAT_SAFETENSORS},
        {"too large", 100000001, "{}", VERDICT_HEADER_TOO_LARGE, FORMAT_BYTES},
        {"far too large", UINT64_MAX, "{}", VERDICT_HEADER_TOO_LARGE, FORMAT_BYTES},
        {"the largest", 100000000, "{}", VERDICT_INVALID_HEADER_LENGTH, FORMAT_SAFETENSORS},
        {"cut short", 3, "{}", VERDICT_INVALID_HEADER_LENGTH, FORMAT_SAFETENSORS},
        {"cut before the header", 2, "", VERDICT_INVALID_HEADER_LENGTH, FORMAT_BYTES},
        {"one byte", 1, "{", VERDICT_INVALID_HEADER_DESERIALIZATION, FORMAT_BYTES},
        {"broken JSON", 2, "{{", VERDICT_INVALID_HEADER_DESERIALIZATION, FORMAT_SAFETENSORS},
        {"broken range", 2, "{}x", VERDICT_METADATA_INCOMPLETE_BUFFER, FORMAT_SAFETENSORS},
        {"broken UTF-8", 2, "{\xff", VERDICT_INVALID_HEADER, FORMAT_SAFETENSORS},
        {"no object", 2, "[]", VERDICT_INVALID_HEADER_DESERIALIZATION, FORMAT_BYTES},
        {"white space only", 3, "   ", VERDICT_INVALID_HEADER_DESERIALIZATION, FORMAT_BYTES},
        {"text", UINT64_C(0x2073692073696874), "text", VERDICT_HEADER_TOO_LARGE, FORMAT_BYTES},
        {"JPEG", UINT64_C(0x464a1000e0ffd8ff), "IF", VERDICT_HEADER_TOO_LARGE, FORMAT_BYTES},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        for (enum way way = WAY_MEMORY; way < WAY_COUNT; way++) {
            struct buffer file = make_file(rows[i].length, rows[i].rest, strlen(rows[i].rest), 0);
            struct tape tape = {.data = file.data, .size = file.size, .step = 3};
            struct model model;
            assert_int_equal(scan_tape(&tape, way, &model), ZNN_OK);
            if (model.verdict != rows[i].verdict || model.format != rows[i].format)
                fail_msg("%s: %s (%s)", rows[i].what, znn_verdict_name(model.verdict), znn_format_name(model.format));
            znn_model_free(&model);
            znn_buffer_free(&file);
        }
}

static void test_too_small(void **state)
{
    (void)state;
    struct buffer file = make_file(2, "{}", 2, 0);
    for (file.size = 0; file.size < 8; file.size++)
        expect("too small", &file, VERDICT_HEADER_TOO_SMALL);
    znn_buffer_free(&file);
}

static void test_every_truncation(void **state)
{
    (void)state;
    static const char header[] = "{\"a\":" A ",\"b\":" B "}";
    struct buffer file = make_file(strlen(header), header, strlen(header), 8);
    expect("whole", &file, VERDICT_ACCEPTED);
    size_t data = file.size - 8;
    while (--file.size >= data)
        expect("cut data", &file, VERDICT_METADATA_INCOMPLETE_BUFFER);
    for (; file.size >= 8; file.size--)
        expect("cut header", &file, VERDICT_INVALID_HEADER_LENGTH);
    znn_buffer_free(&file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_accepted),
        cmocka_unit_test(test_misshapen),
        cmocka_unit_test(test_bad_ranges),
        cmocka_unit_test(test_not_utf8),
        cmocka_unit_test(test_long_header_that_is_no_object),
        cmocka_unit_test(test_lengths),
        cmocka_unit_test(test_too_small),
        cmocka_unit_test(test_every_truncation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

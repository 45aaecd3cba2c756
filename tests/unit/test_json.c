/*
 * test_json.c - the JSON scanner
 *
 * The test writes events as a line of words and compares it with a table: {"a": [1, true]} gives
 *
 *     { k:a [ #1 true ] }
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "common/buffer.h"
#include "model/json.h"
#include "support.h"

struct recorder {
    struct buffer words;
    size_t events;
    size_t stop_after; /* events; 0: never */
    unsigned depth;
};

static void put(struct buffer *words, const void *text, size_t size)
{
    assert_true(znn_buffer_append(words, text, size));
}

static bool record(void *context, const struct json_event *event)
{
    static const char *const marks[] = {
        [JSON_OBJECT_BEGIN] = "{", [JSON_OBJECT_END] = "}", [JSON_ARRAY_BEGIN] = "[", [JSON_ARRAY_END] = "]",
        [JSON_KEY] = "k:",         [JSON_STRING] = "s:",    [JSON_NUMBER] = "#",      [JSON_TRUE] = "true",
        [JSON_FALSE] = "false",    [JSON_NULL] = "null",
    };
    struct recorder *recorder = context;
    if (event->kind == JSON_OBJECT_END || event->kind == JSON_ARRAY_END)
        recorder->depth--;
    assert_int_equal(event->depth, recorder->depth);
    if (event->kind == JSON_OBJECT_BEGIN || event->kind == JSON_ARRAY_BEGIN)
        recorder->depth++;

    struct buffer *words = &recorder->words;
    if (words->size > 0)
        put(words, " ", 1);
    put(words, marks[event->kind], strlen(marks[event->kind]));
    if (event->kind == JSON_NUMBER)
        put(words, event->text, event->size);
    if (event->kind == JSON_KEY || event->kind == JSON_STRING) {
        assert_true(znn_buffer_reserve(words, event->size));
        size_t size = znn_json_unescape(event, words->data + words->size);
        assert_true(size <= event->size);
        assert_true(event->escaped ? size < event->size : size == event->size);
        words->size += size;
    }
    return ++recorder->events != recorder->stop_after;
}

/* Scans an exact copy, so that a sanitizer sees any read beyond the end. */
static enum json_result scan(const void *text, size_t size, struct recorder *recorder)
{
    uint8_t *copy = malloc(size ? size : 1);
    assert_non_null(copy);
    memcpy(copy, text, size);
    enum json_result result = znn_json_scan(copy, size, record, recorder);
    free(copy);
    return result;
}

static enum json_result scan_only(const void *text, size_t size)
{
    struct recorder recorder = {0};
    enum json_result result = scan(text, size, &recorder);
    assert_true(result != JSON_DONE || recorder.depth == 0);
    znn_buffer_free(&recorder.words);
    return result;
}

static void test_events(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *words;
    } rows[] = {
        {"{}", "{ }"},
        {"[]", "[ ]"},
        {"null", "null"},
        {" \t\r\n true \t\r\n ", "true"},
        {"\"\"", "s:"},
        {"-0", "#-0"},
        {"{\"a\": [1, true]}", "{ k:a [ #1 true ] }"},
        {"{\"a\":1,\"a\":2}", "{ k:a #1 k:a #2 }"},
        {"{\"\":{\"\":[[],[{}]]}}", "{ k: { k: [ [ ] [ { } ] ] } }"},
        {"[ [ ] , { } , false , null , \"x\" ]", "[ [ ] { } false null s:x ]"},
        {"{ \"a\" : { } , \"b\" : [ ] , \"c\" : -1.5e+3 }", "{ k:a { } k:b [ ] k:c #-1.5e+3 }"},
        {"\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "s:\"\\/\b\f\n\r\t"},
        {"\"F\\u0033\\u0032\"", "s:F32"},
        {"{\"\\u0064type\":0}", "{ k:dtype #0 }"},
        {"\"\\u00e9 \\u00E9 \\u20ac \\uFFFF\"", "s:\xc3\xa9 \xc3\xa9 \xe2\x82\xac \xef\xbf\xbf"},
        {"\"\\ud83d\\ude00 \\uD800\\uDC00 \\udbff\\udfff\"", "s:\xf0\x9f\x98\x80 \xf0\x90\x80\x80 \xf4\x8f\xbf\xbf"},
        {"\"\xc3\xa9\x7f\"", "s:\xc3\xa9\x7f"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct recorder recorder = {0};
        assert_int_equal(scan(rows[i].text, strlen(rows[i].text), &recorder), JSON_DONE);
        put(&recorder.words, "", 1);
        assert_string_equal((const char *)recorder.words.data, rows[i].words);
        znn_buffer_free(&recorder.words);
    }
}

static void test_escaped_nul(void **state)
{
    (void)state;
    struct recorder recorder = {0};
    assert_int_equal(scan("\"a\\u0000b\"", 10, &recorder), JSON_DONE);
    assert_int_equal(recorder.words.size, 5);
    assert_memory_equal(recorder.words.data, "s:a\0b", 5);
    znn_buffer_free(&recorder.words);
}

static void test_malformed(void **state)
{
    (void)state;
    static const char *const rows[] = {
        "",
        " ",
        "{",
        "}",
        "[",
        "]",
        "{]",
        "[}",
        "[1",
        "[1,",
        "[1,]",
        "[,1]",
        "[,]",
        "[1,,2]",
        "[1 2]",
        "[1:2]",
        "{,}",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\" 1}",
        "{\"a\":1,}",
        "{\"a\":1 \"b\":2}",
        "{\"a\":1:2}",
        "{1:2}",
        "{a:1}",
        "{null:1}",
        "{\"a\":1,,\"b\":2}",
        "{} {}",
        "{},",
        "[] 1",
        "1 2",
        "null null",
        "[]]",
        "{}}",
        "{\"a\":1]",
        "\xef\xbb\xbf{}",
        "// c\n{}",
        "{/**/}",
        "[1]//",
        "\v1",
        "\f1",
        "\302\2401",
        "'a'",
        "nul",
        "nulll",
        "tru",
        "True",
        "NaN",
        "Infinity",
        "-Infinity",
        "undefined",
        "\"",
        "\"a",
        "\"\\\"",
        "\"\\",
        "\"\n\"",
        "\"\t\"",
        "\"\x1f\"",
        "\"\\x41\"",
        "\"\\'\"",
        "\"\\u\"",
        "\"\\u12\"",
        "\"\\u123\"",
        "\"\\u123g\"",
        "\"\\U0041\"",
        "\"\\u 041\"",
        "\"\\u+041\"",
        "{\"\\q\":1}",
        "\"\\ud800\"",
        "\"\\udbff\"",
        "\"\\udc00\"",
        "\"\\udfff\"",
        "\"\\ud800x\"",
        "\"\\ud800\\n\"",
        "\"\\ud800\\ud800\"",
        "\"\\udc00\\ud800\"",
        "\"\\ud800\\u0041\"",
        "\"\\ud800\\u\"",
        "\"\\ud800\\",
        "\"\\ud800\\udc0\"",
        "\"\\ud800\\\\dc00\"",
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (scan_only(rows[i], strlen(rows[i])) != JSON_MALFORMED)
            fail_msg("accepted: %s", rows[i]);
    assert_int_equal(scan_only("{}\0", 3), JSON_MALFORMED);
    assert_int_equal(scan_only("\0{}", 3), JSON_MALFORMED);
    assert_int_equal(scan_only("\"\0\"", 3), JSON_MALFORMED);
    assert_int_equal(scan_only("\"\\\0\"", 4), JSON_MALFORMED);
}

/* Each number stands alone, in an array, and with a minus. */
static enum json_result scan_number(const char *number)
{
    char text[1000];
    snprintf(text, sizeof text, "[%s,-%s]", number, number);
    enum json_result result = scan_only(text, strlen(text));
    assert_int_equal(scan_only(number, strlen(number)), result);
    return result;
}

static void test_numbers(void **state)
{
    (void)state;
    static const char *const good[] = {
        "0",
        "1",
        "10",
        "1234567890",
        "0.0",
        "0.5",
        "10.25",
        "0e0",
        "0E+0",
        "1e5",
        "1E-5",
        "1.5e+10",
        "1e308",
        "1.7976931348623157e308",
        "17976931348623157e292",
        "0.00017976931348623157e312",
        "179769313486231599e291",
        "1e-999",
        "1e-99999999999999999999",
        "0e999",
        "0.000e99999999999999999999",
        "18446744073709551616",
        "123456789012345678901234567890",
        "1e00000000000000000000000000308",
        "18446744073709551615e288",
    };
    static const char *const bad[] = {
        "04",
        "00",
        "01.5",
        "4.",
        ".5",
        "+1",
        "-",
        "--1",
        "- 1",
        "1e",
        "1e+",
        "1e-",
        "1.e5",
        "1.5.5",
        "1e5.5",
        "1e5e5",
        "0x10",
        "1_000",
        "1,",
        "e5",
        "1e999",
        "1e309",
        "2e308",
        "1.8e308",
        "1.7976931348623160e308",
        "17976931348623158e292",
        "0.00018e312",
        "1e99999999999999999999",
        "0.0000000001e330",
        "1e2147483648",
    };
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        if (scan_number(good[i]) != JSON_DONE)
            fail_msg("refused: %s", good[i]);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (scan_number(bad[i]) != JSON_MALFORMED)
            fail_msg("accepted: %s", bad[i]);
}

/* 1 followed by 308 zeros is a double, by 309 zeros none, and a fraction makes no difference. */
static void test_long_numbers(void **state)
{
    (void)state;
    char number[400];
    memset(number, '0', sizeof number);
    number[0] = '1';
    for (int i = 0; i < 2; i++) {
        const char *tail = i == 0 ? "" : ".9";
        strcpy(number + 309, tail);
        assert_int_equal(scan_number(number), JSON_DONE);
        number[309] = '0';
        strcpy(number + 310, tail);
        assert_int_equal(scan_number(number), JSON_MALFORMED);
        number[310] = '0';
    }
    strcpy(number + 310, "e-1");
    assert_int_equal(scan_number(number), JSON_DONE);
    memset(number, '0', sizeof number);
    number[1] = '.';
    strcpy(number + 350, "1e656");
    assert_int_equal(scan_number(number), JSON_DONE);
    strcpy(number + 350, "1e658");
    assert_int_equal(scan_number(number), JSON_MALFORMED);
}

static void test_depth(void **state)
{
    (void)state;
    for (size_t depth = 1; depth <= 300; depth++) {
        char arrays[600];
        memset(arrays, '[', depth);
        memset(arrays + depth, ']', depth);
        enum json_result expected = depth <= JSON_DEPTH_MAX ? JSON_DONE : JSON_MALFORMED;
        assert_int_equal(scan_only(arrays, 2 * depth), expected);
        assert_int_equal(scan_only(arrays, 2 * depth - 1), JSON_MALFORMED);

        struct buffer mixed = {0};
        for (size_t i = 0; i < depth; i++)
            put(&mixed, i % 3 ? "{\"\":" : "[", i % 3 ? 4 : 1);
        put(&mixed, "0", 1);
        for (size_t i = depth; i-- > 0;)
            put(&mixed, i % 3 ? "}" : "]", 1);
        assert_int_equal(scan_only(mixed.data, mixed.size), expected);
        znn_buffer_free(&mixed);
    }
}

static const char document[] =
    "{\"a\": [1, -2.5e3, {\"b\\n\": \"\\ud83d\\ude00\"}], \"c\": {\"d\": [true, false, null]}}";

static void test_every_prefix(void **state)
{
    (void)state;
    for (size_t size = 0; size < strlen(document); size++)
        assert_int_equal(scan_only(document, size), JSON_MALFORMED);
    assert_int_equal(scan_only(document, strlen(document)), JSON_DONE);
}

static void test_stop(void **state)
{
    (void)state;
    struct recorder all = {0};
    assert_int_equal(scan(document, strlen(document), &all), JSON_DONE);
    for (size_t i = 1; i <= all.events; i++) {
        struct recorder some = {.stop_after = i};
        assert_int_equal(scan(document, strlen(document), &some), JSON_STOPPED);
        assert_int_equal(some.events, i);
        assert_memory_equal(some.words.data, all.words.data, some.words.size);
        znn_buffer_free(&some.words);
    }
    znn_buffer_free(&all.words);
}

/* Whatever comes in, nothing is read beyond its end, and containers are closed in order. */
static void test_mutations(void **state)
{
    (void)state;
    static const char alphabet[] = "{}[]\",:\\u0123456789abcdefEtruenl.+- \n\x01\xc3";
    struct random random = random_start(__func__);
    for (int round = 0; round < 50000; round++) {
        char text[sizeof document];
        memcpy(text, document, sizeof document);
        size_t size = strlen(document);
        for (size_t i = random_below(&random, 4) + 1; i > 0; i--) {
            size_t at = random_below(&random, size);
            if (random_below(&random, 3) == 0)
                memmove(text + at, text + at + 1, --size - at);
            else
                text[at] = alphabet[random_below(&random, sizeof alphabet - 1)];
        }
        scan_only(text, size);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_events),       cmocka_unit_test(test_escaped_nul),  cmocka_unit_test(test_malformed),
        cmocka_unit_test(test_numbers),      cmocka_unit_test(test_long_numbers), cmocka_unit_test(test_depth),
        cmocka_unit_test(test_every_prefix), cmocka_unit_test(test_stop),         cmocka_unit_test(test_mutations),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

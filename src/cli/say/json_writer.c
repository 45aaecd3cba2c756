/*
 * json_writer.c - writes JSON to standard output
 */
#include "cli/say/json_writer.h"

#include "cli/say/text.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

size_t znn_json_escape(const char *data, size_t size, char escaped[JSON_ESCAPED_MAX], size_t *escaped_size)
{
    uint32_t number = 0xfffd;
    size_t length = znn_text_decode(data, size, &number);
    bool is_unsafe = number < 0x20 || (number >= 0x7f && number < 0xa0) || number == 0x2028 || number == 0x2029;
    if (length == 0 || is_unsafe) {
        *escaped_size = (size_t)snprintf(escaped, JSON_ESCAPED_MAX, "\\u%04x", length > 0 ? (unsigned)number : 0xfffdu);
        return length > 0 ? length : 1;
    }
    size_t backslash = number == '"' || number == '\\';
    escaped[0] = '\\';
    memcpy(escaped + backslash, data, length);
    *escaped_size = backslash + length;
    return length;
}

static void write_string(const char *data, size_t size)
{
    putchar('"');
    while (size > 0) {
        char escaped[JSON_ESCAPED_MAX];
        size_t escaped_size;
        size_t length = znn_json_escape(data, size, escaped, &escaped_size);
        fwrite(escaped, 1, escaped_size, stdout);
        data += length;
        size -= length;
    }
    putchar('"');
}

static void start_line(const struct json *json)
{
    if (json->is_inline)
        return;
    if (json->has_items || json->depth > 0)
        putchar('\n');
    printf("%*s", (int)(2 * json->depth), "");
}

/* Writes everything that comes before a value. */
static void start_item(struct json *json, const char *key)
{
    if (json->has_items)
        fputs(json->is_inline ? ", " : ",", stdout);
    start_line(json);
    if (key) {
        write_string(key, strlen(key));
        fputs(": ", stdout);
    }
    json->has_items = true;
}

void znn_json_begin(struct json *json, const char *key, char bracket)
{
    start_item(json, key);
    putchar(bracket);
    json->depth++;
    json->has_items = false;
}

void znn_json_end(struct json *json, char bracket)
{
    assert(json->depth > 0);
    json->depth--;
    if (json->has_items)
        start_line(json);
    putchar(bracket);
    json->has_items = true;
    if (json->depth == 0)
        putchar('\n');
}

void znn_json_string(struct json *json, const char *key, const char *data, size_t size)
{
    start_item(json, key);
    write_string(data, size);
}

void znn_json_bool(struct json *json, const char *key, bool value)
{
    start_item(json, key);
    fputs(value ? "true" : "false", stdout);
}

void znn_json_number(struct json *json, const char *key, uint64_t number)
{
    start_item(json, key);
    printf("%" PRIu64, number);
}

void znn_json_numbers(struct json *json, const char *key, const uint64_t *numbers, size_t count)
{
    znn_json_begin(json, key, '[');
    json->is_inline = true;
    for (size_t i = 0; i < count; i++)
        znn_json_number(json, NULL, numbers[i]);
    znn_json_end(json, ']');
    json->is_inline = false;
}

void znn_json_real(struct json *json, const char *key, double number)
{
    char digits[40];
    for (int precision = 15; precision <= 17; precision++) {
        snprintf(digits, sizeof digits, "%.*g", precision, number);
        if (strtod(digits, NULL) >= number && strtod(digits, NULL) <= number)
            break;
    }
    start_item(json, key);
    fputs(digits, stdout);
}

void znn_json_ratio(struct json *json, const char *key, uint64_t part, uint64_t whole)
{
    if (whole > 0) {
        znn_json_real(json, key, (double)part / (double)whole);
        return;
    }
    start_item(json, key);
    fputs("null", stdout);
}

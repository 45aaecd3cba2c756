/*
 * json_writer.h - JSON on standard output
 *
 * Indented, as people look at it too; a list of numbers stays on one line.  Strings may hold any bytes: what is no
 * UTF-8 becomes U+FFFD.  A key is NULL within a list.
 *
 *     struct json json = {0};
 *     znn_json_begin(&json, NULL, '{');
 *     znn_json_string(&json, "path", path, strlen(path));
 *     znn_json_end(&json, '}');
 */
#ifndef ZNN_CLI_SAY_JSON_WRITER_H
#define ZNN_CLI_SAY_JSON_WRITER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Zeroed, it is at the start of a text.
 */
struct json {
    unsigned depth;
    bool has_items; /* so that a comma is due */
    bool is_inline; /* in a list of numbers */
};

/*
 * `bracket` is { or [, and at the end } or ].
 */
void znn_json_begin(struct json *json, const char *key, char bracket);
void znn_json_end(struct json *json, char bracket);

void znn_json_string(struct json *json, const char *key, const char *data, size_t size);
void znn_json_bool(struct json *json, const char *key, bool value);
void znn_json_number(struct json *json, const char *key, uint64_t number);
void znn_json_numbers(struct json *json, const char *key, const uint64_t *numbers, size_t count);

/*
 * part / whole, with as many digits as it takes to read the same number back; null where `whole` is 0.
 */
void znn_json_ratio(struct json *json, const char *key, uint64_t part, uint64_t whole);

/*
 * A number that need not be whole, with as many digits as it takes to read it back.
 */
void znn_json_real(struct json *json, const char *key, double number);

/*
 * The first character of the `size` bytes at `data`, of which there is one at least, as it stands in a string:
 * *escaped_size bytes at `escaped`.  Returns how many bytes of `data` it took.
 */
#define JSON_ESCAPED_MAX 8

size_t znn_json_escape(const char *data, size_t size, char escaped[JSON_ESCAPED_MAX], size_t *escaped_size);

#endif

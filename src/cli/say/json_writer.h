/*
 * json_writer.h - writes JSON to standard output
 *
 * The output is indented, because people read it, too; a list of numbers stays on one line.  Strings may hold any
 * bytes: invalid UTF-8 becomes U+FFFD.  In a list, keys are NULL.
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
 * A zeroed struct is at the start of a text.
 */
struct json {
    unsigned depth;
    bool has_items; /* the next item needs a comma */
    bool is_inline; /* in a list of numbers */
};

/*
 * `bracket` is { or [ at the beginning, and } or ] at the end.
 */
void znn_json_begin(struct json *json, const char *key, char bracket);
void znn_json_end(struct json *json, char bracket);

void znn_json_string(struct json *json, const char *key, const char *data, size_t size);
void znn_json_bool(struct json *json, const char *key, bool value);
void znn_json_number(struct json *json, const char *key, uint64_t number);
void znn_json_numbers(struct json *json, const char *key, const uint64_t *numbers, size_t count);

/*
 * Writes part / whole with enough digits to read back the same number, or null if `whole` is 0.
 */
void znn_json_ratio(struct json *json, const char *key, uint64_t part, uint64_t whole);

/*
 * Writes a real number with enough digits to read back the same number.
 */
void znn_json_real(struct json *json, const char *key, double number);

/*
 * Escapes the first character of the `size` bytes at `data`, at least one, for use in a string: *escaped_size bytes at
 * `escaped`.  Returns the number of bytes of `data` it took.
 */
#define JSON_ESCAPED_MAX 8

size_t znn_json_escape(const char *data, size_t size, char escaped[JSON_ESCAPED_MAX], size_t *escaped_size);

#endif

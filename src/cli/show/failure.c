/*
 * failure.c - writes the JSON object of a file that failed
 */
#include "cli/show/failure.h"

#include "cli/say/message.h"

#include <string.h>

static void write_text(struct json *json, const char *key, const char *text)
{
    znn_json_string(json, key, text, strlen(text));
}

void znn_failure_begin(struct json *json, const char *path)
{
    const struct said said = znn_message_last_error();
    bool is_stdin = strcmp(path, "-") == 0 && strcmp(said.name, STDIN_NAME) == 0;
    znn_json_begin(json, NULL, '{');
    write_text(json, "path", path);
    znn_json_bool(json, "ok", false);
    write_text(json, "error", said.status);
    write_text(json, "message", said.text);
    if (said.name[0] && !is_stdin && strcmp(said.name, path) != 0)
        write_text(json, "file", said.name);
    if (said.offset != UINT64_MAX)
        znn_json_number(json, "offset", said.offset);
}

void znn_failure_write(struct json *json, const char *path)
{
    znn_failure_begin(json, path);
    znn_json_end(json, '}');
}

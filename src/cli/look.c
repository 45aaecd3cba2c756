/*
 * look.c - what the commands share that look at files and print
 */
#include "cli/look.h"

#include "cli/message.h"

#include <string.h>

const char *znn_look_path(const struct input_file *file)
{
    return file->path ? file->path : "-";
}

void znn_look_begin_failure(struct look *look, const char *path, const struct znn_error *error)
{
    struct json *json = &look->json;
    const char *name = znn_status_name(error->status);
    znn_json_begin(json, NULL, '{');
    znn_json_string(json, "path", path, strlen(path));
    if (look->has_verdict)
        znn_json_bool(json, "ok", false);
    znn_json_string(json, "error", name, strlen(name));
    znn_json_string(json, "message", error->detail, strlen(error->detail));
    if (error->offset != UINT64_MAX)
        znn_json_number(json, "offset", error->offset);
}

void znn_look_write_failure(struct look *look, const char *path, const struct znn_error *error)
{
    if (!look->settings->json)
        return;
    znn_look_begin_failure(look, path, error);
    znn_json_end(&look->json, '}');
}

bool znn_look_failed(struct look *look, const struct input_file *file, const struct znn_error *error)
{
    znn_look_write_failure(look, znn_look_path(file), error);
    if (error->status == ZNN_ERROR_ARGUMENT && znn_input_file_stream(file).size == ZNN_SIZE_UNKNOWN)
        return znn_say_error(file->name, "is a stream, and what is in a .znn file stands at its end; give a file");
    return znn_say_failure(file->name, error);
}

static bool look_at(struct look *look, const char *path)
{
    struct input_file file;
    if (!znn_input_file_open(&file, path, false)) {
        const struct znn_error error = {
            .status = ZNN_ERROR_IO, .offset = UINT64_MAX, .detail = "the file could not be opened"};
        znn_look_write_failure(look, path, &error);
        return false;
    }
    bool fine = look->at(look, &file);
    znn_input_file_close(&file);
    return fine;
}

int znn_look_at_all(struct look *look)
{
    const struct settings *settings = look->settings;
    bool fine = true;
    look->terminal = znn_terminal_examine(settings->bars);
    if (settings->json)
        znn_json_begin(&look->json, NULL, '[');
    for (size_t i = 0; i < settings->operand_count; i++)
        fine = look_at(look, settings->operands[i]) && fine;
    if (settings->json)
        znn_json_end(&look->json, ']');
    return znn_stdout_finish() && fine ? EXIT_DONE : EXIT_FAILED;
}

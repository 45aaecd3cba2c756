/*
 * dry_run.c - reports what would be done, with -n
 */
#include "cli/transfer/dry_run.h"

#include "cli/say/message.h"
#include "cli/say/text.h"
#include "cli/say/units.h"
#include "cli/system/file_status.h"

#include <stdio.h>
#include <string.h>

static void print_names(const char *verb, const char *input, const char *between, const char *output)
{
    printf("would %s ", verb);
    znn_text_write_shown(stdout, input, strlen(input));
    fputs(between, stdout);
    znn_text_write_shown(stdout, output, strlen(output));
}

static void write_text(struct json *json, const char *key, const char *text)
{
    znn_json_string(json, key, text, strlen(text));
}

/* Begins an object.  The caller ends it. */
static void begin(struct json *json, const char *input, const char *output)
{
    znn_json_begin(json, NULL, '{');
    write_text(json, "path", input);
    znn_json_bool(json, "ok", true);
    znn_json_bool(json, "dry_run", true);
    write_text(json, "output", output);
}

/* Reads the size of the original from the index of a .znn file.  *size stays unknown for a stream. */
static bool find_original_size(struct batch *batch, const struct input_file *input, bool has_base, uint64_t *size)
{
    struct znn_input library_input = znn_input_file_stream(input);
    struct znn_reader *reader;
    struct znn_reader_options options = {.struct_size = sizeof(struct znn_reader_options),
                                         .memory_limit = batch->settings->limits.memory_limit};
    struct znn_error error = {.struct_size = sizeof(struct znn_error), .offset = UINT64_MAX};
    if (library_input.size == ZNN_SIZE_UNKNOWN)
        return true;
    batch->status = znn_reader_open(&library_input, &options, &reader, &error);
    if (batch->status)
        return znn_say_failure(input->name, &error);
    struct znn_report report = ZNN_INIT(struct znn_report);
    znn_reader_report(reader, &report);
    *size = report.original_size;
    znn_reader_close(reader);
    if (report.base_tensors > 0 && !has_base) {
        error = (struct znn_error){
            .struct_size = sizeof(struct znn_error), .status = batch->status = ZNN_ERROR_BASE, .offset = UINT64_MAX};
        snprintf(error.detail, sizeof error.detail, "it was not found");
        return znn_say_failure(input->name, &error);
    }
    uint64_t limit = batch->settings->limits.max_output;
    return !limit || *size <= limit ||
           znn_say_error(input->name, "has an original of %s, which is more than --max-output",
                         znn_size_figure(*size).text);
}

static void print_file(const struct batch *batch, const struct input_file *input, const struct output_file *output,
                       uint64_t original, uint64_t compressed)
{
    bool compressing = batch->direction == COMPRESSING;
    print_names(compressing ? "compress" : "decompress", input->name, " -> ", output->name);
    if (compressing && original != ZNN_SIZE_UNKNOWN)
        printf(", %s", znn_size_figure(original).text);
    if (!compressing && original != ZNN_SIZE_UNKNOWN)
        printf(", %s -> %s", znn_size_figure(compressed).text, znn_size_figure(original).text);
    if (batch->kin) {
        fputs(", as a difference from ", stdout);
        znn_text_write_shown(stdout, batch->kin->base, strlen(batch->kin->base));
    }
    struct file_status status;
    if (output->path && znn_file_status_itself(output->path, &status))
        fputs(", replacing the existing file", stdout);
    if (batch->settings->target.remove_source)
        fputs(", and remove it", stdout);
    putchar('\n');
}

static void write_file(struct batch *batch, const struct input_file *input, const struct output_file *output,
                       uint64_t original, uint64_t compressed)
{
    struct json *json = &batch->json;
    begin(json, input->path ? input->path : "-", output->name);
    if (original != ZNN_SIZE_UNKNOWN)
        znn_json_number(json, "original_bytes", original);
    if (batch->kin)
        write_text(json, "base", batch->kin->base);
    if (batch->direction == DECOMPRESSING && compressed != ZNN_SIZE_UNKNOWN)
        znn_json_number(json, "compressed_bytes", compressed);
    znn_json_end(json, '}');
}

bool znn_dry_run_file(struct batch *batch, const struct input_file *input, const struct output_file *output,
                      bool has_base)
{
    uint64_t input_size = znn_input_file_stream(input).size;
    uint64_t original = batch->direction == COMPRESSING ? input_size : ZNN_SIZE_UNKNOWN;
    if (batch->direction == DECOMPRESSING && !find_original_size(batch, input, has_base, &original))
        return false;
    if (batch->settings->json)
        write_file(batch, input, output, original, input_size);
    else
        print_file(batch, input, output, original, input_size);
    batch->totals.files++;
    batch->totals.original_size += original == ZNN_SIZE_UNKNOWN ? 0 : original;
    if (batch->direction == DECOMPRESSING)
        batch->totals.compressed_size += input_size == ZNN_SIZE_UNKNOWN ? 0 : input_size;
    return true;
}

void znn_dry_run_link(struct batch *batch, const char *input, const char *output, const char *text, const char *twin)
{
    batch->totals.links++;
    if (batch->settings->json) {
        begin(&batch->json, input, output);
        write_text(&batch->json, text ? "link" : "hard_link", text ? text : twin);
        znn_json_end(&batch->json, '}');
        return;
    }
    const char *target = text ? text : twin;
    print_names("link", input, " -> ", output);
    fputs(text ? ", to " : ", a hard link of ", stdout);
    znn_text_write_shown(stdout, target, strlen(target));
    fputs(batch->settings->target.remove_source ? ", and remove it\n" : "\n", stdout);
}

void znn_dry_run_removal(struct batch *batch, const char *input, const char *output)
{
    if (batch->settings->json)
        return;
    print_names("compare", input, " with ", output);
    fputs(", and remove it\n", stdout);
}

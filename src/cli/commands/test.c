/*
 * test.c - the command test: does a .znn file give back the original?
 *
 * The file is decompressed and the result discarded, which verifies all checksums, the index and the footer.  If that
 * fails and the index can be read, the index tells which tensors are damaged.
 */
#include "cli/flags/lossy.h"
#include "cli/flags/operands.h"
#include "cli/input/base_chain.h"
#include "cli/output/output_spool.h"
#include "cli/say/message.h"
#include "cli/say/text.h"
#include "cli/show/base_words.h"
#include "cli/show/failure.h"
#include "cli/show/look.h"
#include "cli/show/progress.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* The footer follows the index. */
#define FOOTER_SIZE 40

/* The most names that are written to JSON. */
#define NAMES_MAX 1000

/* The damaged tensors: `count` of them, from number `first` on. */
struct hit {
    struct znn_reader *reader; /* NULL if the index cannot be read */
    size_t first;
    size_t count;
    const char *part; /* the damaged part of the container, or NULL */
};

static ptrdiff_t discard(void *context, const void *data, size_t size)
{
    (void)context;
    (void)data;
    return (ptrdiff_t)size;
}

static ptrdiff_t discard_at(void *context, const void *data, size_t size, uint64_t offset)
{
    (void)offset;
    return discard(context, data, size);
}

static int ignore_size(void *context, uint64_t size)
{
    (void)context;
    (void)size;
    return ZNN_CALLBACK_DONE;
}

/* ---------------------------------------------------------------------------------------------------------------- */
/* Reporting the damage                                                                                             */
/* ---------------------------------------------------------------------------------------------------------------- */

/* Tensors are sorted by offset but may overlap, so the damaged ones need not be consecutive. */
static void find_tensors(struct hit *hit, uint64_t offset, uint64_t size)
{
    uint64_t end = offset + (size > 0 ? size : 1);
    size_t count = znn_reader_tensor_count(hit->reader);
    for (size_t i = 0; i < count; i++) {
        struct znn_tensor tensor = ZNN_INIT(struct znn_tensor);
        znn_reader_tensor(hit->reader, i, &tensor);
        if (tensor.offset >= end)
            break;
        if (tensor.size == 0 || tensor.offset + tensor.size <= offset)
            continue;
        if (hit->count == 0)
            hit->first = i;
        hit->count = i - hit->first + 1;
    }
}

/* If the reader fails as well, the index or the footer is damaged, unless the error is in a chunk before it. */
static void find_part(struct hit *hit, const struct znn_input *input, const struct znn_error *error,
                      const struct znn_error *reader_error)
{
    bool is_in_chunk = error->original_offset != UINT64_MAX && error->offset != reader_error->offset;
    if (reader_error->status != ZNN_ERROR_CORRUPT || is_in_chunk)
        return;
    bool is_footer = reader_error->offset != UINT64_MAX && reader_error->offset + FOOTER_SIZE >= input->size;
    hit->part = is_footer ? "the footer" : "the index";
}

static void find_hit(struct hit *hit, const struct input_file *file, uint64_t memory_limit,
                     const struct znn_error *error)
{
    *hit = (struct hit){.reader = NULL};
    struct znn_input input = znn_input_file_stream(file);
    struct znn_error reader_error = {.struct_size = sizeof(struct znn_error), .offset = UINT64_MAX};
    if (input.size == ZNN_SIZE_UNKNOWN || error->status != ZNN_ERROR_CORRUPT)
        return;
    struct znn_header header = ZNN_INIT(struct znn_header);
    struct znn_reader_options options = {.struct_size = sizeof(struct znn_reader_options),
                                         .memory_limit = memory_limit};
    if (znn_input_file_header(file->fd, &header) == ZNN_ERROR_CORRUPT)
        hit->part = "the header";
    else if (znn_reader_open(&input, &options, &hit->reader, &reader_error) != ZNN_OK)
        find_part(hit, &input, error, &reader_error);
    else if (error->original_offset != UINT64_MAX)
        find_tensors(hit, error->original_offset, error->original_size);
}

/* ---------------------------------------------------------------------------------------------------------------- */
/* Reporting the damage                                                                                             */
/* ---------------------------------------------------------------------------------------------------------------- */

static void add_name(struct text *text, const struct hit *hit, size_t i)
{
    struct znn_tensor tensor = ZNN_INIT(struct znn_tensor);
    znn_reader_tensor(hit->reader, i, &tensor);
    znn_text_format(text, "'");
    znn_text_add_shown(text, tensor.name, tensor.name_size);
    znn_text_format(text, "'");
}

/* ", in tensor 'a'" */
static void say_hit(const struct base_chain *chain, const struct input_file *file, const struct hit *hit,
                    const struct znn_error *error)
{
    struct text where = {0};
    if (hit->part) {
        znn_text_format(&where, ", in %s", hit->part);
    } else if (hit->count > 0) {
        znn_text_format(&where, ", in %s", hit->count > 1 ? "one of the tensors from " : "tensor ");
        add_name(&where, hit, hit->first);
        if (hit->count > 1) {
            znn_text_format(&where, " to ");
            add_name(&where, hit, hit->first + hit->count - 1);
        }
    } else if (error->original_offset != UINT64_MAX) {
        znn_text_format(&where, ", from byte %" PRIu64 " of the original on", error->original_offset);
    }
    znn_text_add(&where, "", 1);
    if (error->status == ZNN_ERROR_BASE || error->status == ZNN_ERROR_NOT_ZNN)
        znn_base_chain_say(chain, file, error);
    else
        znn_say_failure_with(file->name, error, &(struct failure_words){.where = where.failed ? "" : where.data});
    znn_text_free(&where);
}

static void write_hit(struct look *look, const struct input_file *file, const struct hit *hit,
                      const struct znn_error *error)
{
    struct json *json = &look->json;
    znn_failure_begin(json, znn_look_path(file));
    if (hit->part)
        znn_json_string(json, "part", hit->part + strlen("the "), strlen(hit->part) - strlen("the "));
    if (error->original_offset != UINT64_MAX && !hit->part) {
        znn_json_number(json, "original_offset", error->original_offset);
        znn_json_number(json, "original_bytes", error->original_size);
    }
    if (hit->count > 0) {
        znn_json_begin(json, "tensors", '[');
        for (size_t i = 0; i < hit->count && i < NAMES_MAX; i++) {
            struct znn_tensor tensor = ZNN_INIT(struct znn_tensor);
            znn_reader_tensor(hit->reader, hit->first + i, &tensor);
            znn_json_string(json, NULL, tensor.name, tensor.name_size);
        }
        znn_json_end(json, ']');
    }
    znn_json_end(json, '}');
}

static bool say_failure(struct look *look, const struct input_file *file, const struct base_chain *chain,
                        const struct output_spool *spool, const struct znn_error *error)
{
    struct hit hit;
    find_hit(&hit, file, look->settings->limits.memory_limit, error);
    if (!znn_output_spool_explain(spool, file->name))
        say_hit(chain, file, &hit, error);
    if (look->settings->json)
        write_hit(look, file, &hit, error);
    znn_reader_close(hit.reader);
    return false;
}

static void print_success(const struct input_file *file, const struct znn_report *report)
{
    znn_text_write_shown(stdout, file->name, strlen(file->name));
    printf(": ok, %" PRIu64 " bytes", report->original_size);
    if (report->tensors > 0)
        printf(", %" PRIu64 " tensor%s", report->tensors, report->tensors == 1 ? "" : "s");
    if (report->base_tensors > 0) {
        fputs(", ", stdout);
        znn_base_print(znn_base_hint(file).name, report->base_tensors);
    }
    if (report->lossy.mode != ZNN_LOSSLESS)
        printf(", LOSSY: %s", znn_lossy_words(&report->lossy).text);
    putchar('\n');
}

static void write_success(struct json *json, const struct input_file *file, const struct znn_report *report)
{
    const char *path = znn_look_path(file);
    znn_json_begin(json, NULL, '{');
    znn_json_string(json, "path", path, strlen(path));
    znn_json_bool(json, "ok", true);
    znn_json_string(json, "format", report->format, strlen(report->format));
    znn_json_number(json, "original_bytes", report->original_size);
    znn_json_number(json, "compressed_bytes", report->compressed_size);
    znn_json_ratio(json, "ratio", report->compressed_size, report->original_size);
    znn_json_number(json, "tensor_count", report->tensors);
    znn_base_write(json, znn_base_hint(file).name, report->base_tensors);
    znn_lossy_write(json, &report->lossy);
    znn_json_end(json, '}');
}

/* Decompresses the file and discards the result, with the base that is given or stored in the file. */
static bool test_with(struct look *look, const struct input_file *file, const struct base_chain *chain)
{
    struct znn_base *base = znn_base_chain_base(chain);
    struct znn_input input = znn_input_file_stream(file);
    struct znn_output output = {.write = discard};
    struct progress progress;
    struct output_spool spool;
    struct znn_decompress_options options = {
        .struct_size = sizeof(struct znn_decompress_options),
        .threads = look->settings->limits.threads,
        .progress = znn_progress_tick,
        .progress_context = &progress,
        .base = base,
        .max_output = look->settings->limits.max_output,
        .memory_limit = look->settings->limits.memory_limit,
    };
    struct znn_report report = ZNN_INIT(struct znn_report);
    struct znn_error error = {
        .struct_size = sizeof(struct znn_error), .offset = UINT64_MAX, .original_offset = UINT64_MAX};
    znn_output_spool_start(&spool, output, look->settings->limits.spool_limit);
    if (!znn_input_file_is_plain(file)) {
        output = znn_output_spool_for_library(&spool);
    } else if (!base) { /* a base is verified as a whole only if the output is in order */
        output.write_at = discard_at;
        output.set_size = ignore_size;
    }
    znn_progress_start(&progress, file->name, input.size, false, false);
    progress.overall = &look->overall;
    enum znn_status status = znn_decompress(&input, &output, &options, &report, &error);
    look->overall.spent += znn_progress_end(&progress);
    znn_output_spool_close(&spool);
    if (status)
        return say_failure(look, file, chain, &spool, &error);
    znn_look_count(look, &report);
    if (look->settings->json)
        write_success(&look->json, file, &report);
    else
        print_success(file, &report);
    return true;
}

static bool test_one(struct look *look, const struct input_file *file)
{
    const struct settings *settings = look->settings;
    struct base_chain chain = {.count = 0};
    bool found = settings->base.path ? znn_base_chain_open(&chain, settings->base.path, settings->base.directory)
                                     : znn_base_chain_find(&chain, file, settings->base.directory, NULL);
    bool fine = found ? test_with(look, file, &chain) : znn_look_note_failure(look, znn_look_path(file));
    znn_base_chain_close(&chain);
    return fine;
}

int znn_command_test(struct settings *settings)
{
    if (!znn_operands_check_inputs(settings))
        return EXIT_USAGE;
    struct look look = {.settings = settings, .at = test_one};
    return znn_look_at_all(&look);
}

/*
 * list.c - the command list: shows the tensors of a .znn file, from its index
 */
#include "cli/flags/lossy.h"
#include "cli/flags/operands.h"
#include "cli/input/base_chain.h"
#include "cli/say/glob.h"
#include "cli/say/message.h"
#include "cli/say/table.h"
#include "cli/say/units.h"
#include "cli/show/base_words.h"
#include "cli/show/bases_view.h"
#include "cli/show/defects.h"
#include "cli/show/look.h"
#include "cli/show/rows.h"
#include "cli/show/stat_view.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static void print_title(const struct input_file *file, const struct znn_report *report)
{
    znn_text_write_shown(stdout, file->name, strlen(file->name));
    printf(": %s, %" PRIu64 " tensor%s\n", report->format, report->tensors, report->tensors == 1 ? "" : "s");
    struct defect_words defect = znn_defect_words(report);
    if (defect.text[0])
        printf("NOTE: %s\n", defect.text);
    if (report->base_tensors > 0) {
        fputs("needs ", stdout);
        znn_base_print(znn_base_hint(file).name, report->base_tensors);
        putchar('\n');
    }
    if (report->lossy.mode != ZNN_LOSSLESS)
        printf("LOSSY: %s\n", znn_lossy_words(&report->lossy).text);
}

/* Tells how the numbers of a tensor are kept in a lossy file, including numbers that it shares with another tensor. */
static const char *kept_word(const struct znn_tensor *tensor, const struct znn_cost *cost)
{
    return cost->rounded_bytes == 0 ? "exact" : cost->rounded_bytes < tensor->size ? "partly rounded" : "rounded";
}

static bool print_tensors(const struct look *look, const struct znn_analysis *analysis, const struct rows *rows)
{
    static const struct column columns[] = {
        {"tensor", COLUMN_ELASTIC}, {"dtype", COLUMN_LEFT},       {"shape", COLUMN_LEFT}, {"offset", COLUMN_RIGHT},
        {"size", COLUMN_RIGHT},     {"compressed", COLUMN_RIGHT}, {"left", COLUMN_RIGHT}, {"kept", COLUMN_LEFT},
    };
    struct znn_report report = ZNN_INIT(struct znn_report);
    znn_analysis_report(analysis, &report);
    bool is_lossy = report.lossy.mode != ZNN_LOSSLESS;
    struct table table = {.columns = columns, .count = is_lossy ? 8 : 7, .terminal = &look->terminal, .spare = "3521"};
    while (znn_table_pass(&table))
        for (size_t i = 0; i < rows->count; i++) {
            struct znn_tensor tensor = ZNN_INIT(struct znn_tensor);
            struct znn_cost cost = ZNN_INIT(struct znn_cost);
            znn_analysis_tensor(analysis, znn_rows_tensor(rows, i), &tensor, &cost);
            znn_table_name(&table, tensor.name, tensor.name_size);
            znn_table_cell(&table, "%s", znn_dtype_word(tensor.dtype).text);
            znn_table_cell(&table, "%s", znn_shape_word(&tensor).text);
            znn_table_cell(&table, "%" PRIu64, tensor.offset);
            znn_table_cell(&table, "%s", znn_size_figure(tensor.size).text);
            znn_table_cell(&table, "%s", znn_size_figure(cost.compressed_size).text);
            znn_table_cell(&table, "%s", znn_share_figure(cost.compressed_size, cost.size).text);
            if (is_lossy)
                znn_table_cell(&table, "%s", kept_word(&tensor, &cost));
        }
    return znn_table_end(&table);
}

static void write_tensor(struct json *json, const struct znn_tensor *tensor, const struct znn_cost *cost)
{
    znn_json_begin(json, NULL, '{');
    znn_json_string(json, "name", tensor->name, tensor->name_size);
    znn_json_string(json, "dtype", tensor->dtype, strlen(tensor->dtype));
    znn_json_numbers(json, "shape", tensor->shape, tensor->rank);
    znn_json_number(json, "offset", tensor->offset);
    znn_json_number(json, "bytes", tensor->size);
    if (znn_tensor_missing(tensor) > 0)
        znn_json_number(json, "missing_bytes", znn_tensor_missing(tensor));
    if (tensor->strides)
        znn_json_numbers(json, "strides", tensor->strides, tensor->rank);
    if (cost->size < tensor->size)
        znn_json_number(json, "shared_bytes", tensor->size - cost->size);
    if (cost->rounded_bytes > 0)
        znn_json_number(json, "rounded_bytes", cost->rounded_bytes);
    znn_json_number(json, "compressed_bytes", cost->compressed_size);
    znn_json_ratio(json, "ratio", cost->compressed_size, cost->size);
    znn_json_end(json, '}');
}

static void write_file(struct json *json, const struct input_file *file, const struct znn_analysis *analysis,
                       const struct rows *rows)
{
    const char *path = znn_look_path(file);
    struct znn_report report = ZNN_INIT(struct znn_report);
    znn_analysis_report(analysis, &report);
    znn_json_begin(json, NULL, '{');
    znn_json_string(json, "path", path, strlen(path));
    znn_json_bool(json, "ok", true);
    znn_json_string(json, "format", report.format, strlen(report.format));
    znn_defects_write(json, &report);
    znn_json_number(json, "original_bytes", report.original_size);
    znn_json_number(json, "compressed_bytes", report.compressed_size);
    znn_json_ratio(json, "ratio", report.compressed_size, report.original_size);
    znn_json_number(json, "tensor_count", report.tensors);
    znn_base_write(json, znn_base_hint(file).name, report.base_tensors);
    znn_lossy_write(json, &report.lossy);
    znn_json_begin(json, "tensors", '[');
    for (size_t i = 0; i < rows->count; i++) {
        struct znn_tensor tensor = ZNN_INIT(struct znn_tensor);
        struct znn_cost cost = ZNN_INIT(struct znn_cost);
        znn_analysis_tensor(analysis, znn_rows_tensor(rows, i), &tensor, &cost);
        write_tensor(json, &tensor, &cost);
    }
    znn_json_end(json, ']');
    znn_json_end(json, '}');
}

static void print_name(const char *name, size_t size)
{
    znn_text_write_shown(stdout, name, size);
    putchar('\n');
}

/* The names need only the index.  In a large model, reading the directories of all chunks for the sizes takes a
 * while. */
static void print_names(struct look *look, const struct znn_reader *reader)
{
    const char *match = look->settings->view.match;
    struct znn_report report = ZNN_INIT(struct znn_report);
    znn_reader_report(reader, &report);
    znn_look_count(look, &report);
    for (size_t i = 0; i < znn_reader_tensor_count(reader); i++) {
        struct znn_tensor tensor = ZNN_INIT(struct znn_tensor);
        znn_reader_tensor(reader, i, &tensor);
        if (!match || znn_glob_match(match, tensor.name, tensor.name_size))
            print_name(tensor.name, tensor.name_size);
    }
}

static bool show(struct look *look, const struct input_file *file, const struct znn_analysis *analysis)
{
    struct rows rows;
    bool fine = true;
    if (!look->settings->view.match && look->settings->view.order == ORDER_NONE)
        znn_rows_take_all(&rows, analysis); /* there may be millions */
    else
        fine = znn_rows_collect(&rows, analysis, look->settings->view.match, look->settings->view.order);
    struct znn_report report = ZNN_INIT(struct znn_report);
    znn_analysis_report(analysis, &report);
    znn_look_count(look, &report);
    if (look->settings->view.names) {
        for (size_t i = 0; i < rows.count; i++) {
            struct znn_tensor tensor = ZNN_INIT(struct znn_tensor);
            struct znn_cost cost = ZNN_INIT(struct znn_cost);
            znn_analysis_tensor(analysis, znn_rows_tensor(&rows, i), &tensor, &cost);
            print_name(tensor.name, tensor.name_size);
        }
    } else if (look->settings->json) {
        write_file(&look->json, file, analysis, &rows);
    } else if (fine) {
        if (look->shown++ > 0)
            putchar('\n');
        print_title(file, &report);
        if (rows.count > 0)
            fine = print_tensors(look, analysis, &rows);
    }
    znn_rows_free(&rows);
    return fine;
}

/* The analysis also accepts models, but compresses them, which nobody expects of this command.  So a reader checks the
 * file first. */
static bool list_one(struct look *look, const struct input_file *file)
{
    struct znn_input input = znn_input_file_stream(file);
    struct znn_reader *reader;
    struct znn_analysis *analysis = NULL;
    struct znn_reader_options reading = {.struct_size = sizeof(struct znn_reader_options),
                                         .memory_limit = look->settings->limits.memory_limit};
    struct znn_compress_options options = {.struct_size = sizeof(struct znn_compress_options),
                                           .memory_limit = look->settings->limits.memory_limit};
    struct znn_analysis_options analyzing = {.struct_size = sizeof(struct znn_analysis_options), .compress = &options};
    struct znn_error error = {.struct_size = sizeof(struct znn_error), .offset = UINT64_MAX};
    enum znn_status status = znn_reader_open(&input, &reading, &reader, &error);
    bool names_suffice = look->settings->view.names && look->settings->view.order == ORDER_NONE;
    if (!status && names_suffice)
        print_names(look, reader);
    znn_reader_close(reader);
    if (!status && names_suffice)
        return true;
    if (!status)
        status = znn_analyze(&input, &analyzing, &analysis, &error);
    bool fine = status ? znn_look_failed(look, file, &error) : show(look, file, analysis);
    znn_analysis_free(analysis);
    return fine;
}

static bool check_bases(const struct settings *settings)
{
    const struct view_settings *view = &settings->view;
    if (!view->bases)
        return !settings->base.directory || znn_say_error(NULL, "--base-dir is about bases; use it with --bases");
    if (view->names || view->match || view->order != ORDER_NONE)
        return znn_say_error(NULL, "--bases lists files, but --names, --match and --sort are about tensors");
    if (settings->operand_count == 0)
        return znn_say_error(NULL, "no file or directory given; name the directories to list, or . for this one");
    for (size_t i = 0; i < settings->operand_count; i++)
        if (znn_operand_is_stdin(settings->operands[i]))
            return znn_say_error(NULL, "standard input has no name, by which its base could be found; name a file");
    return true;
}

int znn_command_list(struct settings *settings)
{
    if (!check_bases(settings))
        return EXIT_USAGE;
    if (settings->view.bases)
        return znn_bases_show(settings);
    if (!znn_operands_check_inputs(settings))
        return EXIT_USAGE;
    if (settings->view.names && settings->json) {
        znn_say_error(NULL, "--names and --json contradict each other; give one of them");
        return EXIT_USAGE;
    }
    struct look look = {.settings = settings, .at = list_one};
    return znn_look_at_all(&look);
}

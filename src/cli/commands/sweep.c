/*
 * sweep.c - shows the effect of rounding, as a table and as JSON
 *
 *     gpt-base-fp32.safetensors
 *       format     safetensors
 *       rounded    3.31 M of the parameters, in 19 of 53 tensors
 *
 *        B   left  rounded  max error  RMS error  to zero
 *       23  62.1%    61.8%   5.96e-08   3.44e-08     0.0%
 */
#include "cli/commands/sweep.h"

#include "cli/flags/lossy.h"
#include "cli/output/output_file.h"
#include "cli/say/glob.h"
#include "cli/say/message.h"
#include "cli/say/units.h"
#include "cli/show/progress.h"
#include "cli/show/stat_view.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The precisions that the papers examine. */
static const unsigned precisions[] = {27, 24, 23, 19, 15, 12, 10, 8, 6};

#define PRECISIONS (sizeof precisions / sizeof *precisions)

struct showing {
    const struct settings *settings;
    const struct terminal *terminal;
    const char *path;
    const struct znn_sweep *sweep;
    size_t count; /* number of precisions */
};

/* The square root by Newton's method, which saves linking a library for one function. */
static double square_root(double x)
{
    double root = x > 1 ? x : 1;
    for (int i = 0; x > 0 && i < 2000; i++) {
        double next = (root + x / root) / 2;
        if (next >= root)
            break;
        root = next;
    }
    return x > 0 ? root : 0;
}

static double rms(const struct znn_point *point)
{
    return point->parameters > 0 ? square_root(point->square_error / (double)point->parameters) : 0;
}

/* ---------------------------------------------------------------------------------------------------------------- */
/* For people                                                                                                       */
/* ---------------------------------------------------------------------------------------------------------------- */

static void add_point(struct table *table, const struct znn_point *point)
{
    if (point->parameters == 0) {
        for (int i = 0; i < 3; i++)
            znn_table_cell(table, "%s", "-");
        return;
    }
    znn_table_cell(table, "%.3g", point->max_error);
    znn_table_cell(table, "%.3g", rms(point));
    znn_table_cell(table, "%s", znn_share_figure(point->zeros, point->parameters).text);
}

static bool print_totals(const struct showing *showing)
{
    static const struct column columns[] = {
        {"B", COLUMN_RIGHT},         {"left", COLUMN_RIGHT},      {"of rounded", COLUMN_RIGHT},
        {"max error", COLUMN_RIGHT}, {"RMS error", COLUMN_RIGHT}, {"to zero", COLUMN_RIGHT},
    };
    struct table table = {.columns = columns, .count = 6, .terminal = showing->terminal};
    while (znn_table_pass(&table))
        for (size_t i = 0; i < showing->count; i++) {
            struct znn_report report = ZNN_INIT(struct znn_report);
            struct znn_point point = ZNN_INIT(struct znn_point);
            znn_sweep_total(showing->sweep, i, &report, &point);
            znn_table_cell(&table, "%u", point.bits);
            znn_table_cell(&table, "%s", znn_share_figure(report.compressed_size, report.original_size).text);
            znn_table_cell(&table, "%s", znn_share_figure(point.compressed_size, point.size).text);
            add_point(&table, &point);
        }
    return znn_table_end(&table);
}

static bool is_shown(const struct showing *showing, const struct znn_tensor *tensor)
{
    const char *pattern = showing->settings->view.match;
    return !pattern || znn_glob_match(pattern, tensor->name, tensor->name_size);
}

static bool print_tensors(const struct showing *showing)
{
    static const struct column columns[] = {
        {"tensor", COLUMN_ELASTIC},  {"dtype", COLUMN_LEFT},      {"B", COLUMN_RIGHT},       {"left", COLUMN_RIGHT},
        {"max error", COLUMN_RIGHT}, {"RMS error", COLUMN_RIGHT}, {"to zero", COLUMN_RIGHT},
    };
    struct table table = {.columns = columns, .count = 7, .terminal = showing->terminal};
    size_t tensors = znn_sweep_tensor_count(showing->sweep);
    putchar('\n');
    while (znn_table_pass(&table))
        for (size_t k = 0; k < tensors; k++)
            for (size_t i = 0; i < showing->count; i++) {
                struct znn_tensor tensor = ZNN_INIT(struct znn_tensor);
                struct znn_point point = ZNN_INIT(struct znn_point);
                znn_sweep_tensor(showing->sweep, k, i, &tensor, &point);
                if (!is_shown(showing, &tensor))
                    break;
                znn_table_name(&table, tensor.name, tensor.name_size);
                znn_table_cell(&table, "%s", znn_dtype_word(tensor.dtype).text);
                znn_table_cell(&table, "%u", point.bits);
                znn_table_cell(&table, "%s", znn_share_figure(point.compressed_size, point.size).text);
                add_point(&table, &point);
            }
    return znn_table_end(&table);
}

static bool print(const struct showing *showing)
{
    struct znn_report report = ZNN_INIT(struct znn_report);
    struct znn_point point = ZNN_INIT(struct znn_point);
    const struct settings *settings = showing->settings;
    znn_text_write_shown(stdout, showing->path, strlen(showing->path));
    znn_sweep_total(showing->sweep, 0, &report, &point);
    printf("\n  format    %s, %s, %" PRIu64 " tensor%s\n", report.format, znn_size_figure(report.original_size).text,
           report.tensors, report.tensors == 1 ? "" : "s");
    printf("  rounding  %s\n\n", settings->rounding.mode == ZNN_ROUND_FLOOR ? "floor" : "nearest");
    return print_totals(showing) && (!settings->view.tensors || print_tensors(showing));
}

/* ---------------------------------------------------------------------------------------------------------------- */
/* For programs                                                                                                     */
/* ---------------------------------------------------------------------------------------------------------------- */

static void write_point(struct json *json, const struct znn_point *point)
{
    znn_json_number(json, "bytes", point->size);
    znn_json_number(json, "compressed_bytes", point->compressed_size);
    znn_json_ratio(json, "ratio", point->compressed_size, point->size);
    znn_json_number(json, "rounded_parameters", point->parameters);
    znn_json_real(json, "max_error", point->max_error);
    znn_json_real(json, "rms_error", rms(point));
    znn_json_number(json, "zeroed_parameters", point->zeros);
}

static void write_tensors(const struct showing *showing, struct json *json)
{
    znn_json_begin(json, "tensors", '[');
    for (size_t k = 0; k < znn_sweep_tensor_count(showing->sweep); k++) {
        struct znn_tensor tensor = ZNN_INIT(struct znn_tensor);
        struct znn_point point = ZNN_INIT(struct znn_point);
        znn_sweep_tensor(showing->sweep, k, 0, &tensor, &point);
        if (!is_shown(showing, &tensor))
            continue;
        znn_json_begin(json, NULL, '{');
        znn_json_string(json, "name", tensor.name, tensor.name_size);
        znn_json_string(json, "dtype", tensor.dtype, strlen(tensor.dtype));
        znn_json_begin(json, "points", '[');
        for (size_t i = 0; i < showing->count; i++) {
            znn_sweep_tensor(showing->sweep, k, i, &tensor, &point);
            znn_json_begin(json, NULL, '{');
            znn_json_number(json, "bits", point.bits);
            write_point(json, &point);
            znn_json_end(json, '}');
        }
        znn_json_end(json, ']');
        znn_json_end(json, '}');
    }
    znn_json_end(json, ']');
}

static void write(const struct showing *showing, struct json *json)
{
    struct znn_report report = ZNN_INIT(struct znn_report);
    struct znn_point point = ZNN_INIT(struct znn_point);
    const char *rounding = showing->settings->rounding.mode == ZNN_ROUND_FLOOR ? "floor" : "nearest";
    znn_sweep_total(showing->sweep, 0, &report, &point);
    znn_json_begin(json, NULL, '{');
    znn_json_string(json, "path", showing->path, strlen(showing->path));
    znn_json_bool(json, "ok", true);
    znn_json_string(json, "format", report.format, strlen(report.format));
    znn_json_number(json, "original_bytes", report.original_size);
    znn_json_string(json, "rounding", rounding, strlen(rounding));
    znn_json_begin(json, "points", '[');
    for (size_t i = 0; i < showing->count; i++) {
        znn_sweep_total(showing->sweep, i, &report, &point);
        znn_json_begin(json, NULL, '{');
        znn_json_number(json, "bits", point.bits);
        znn_json_number(json, "file_bytes", report.compressed_size);
        znn_json_ratio(json, "file_ratio", report.compressed_size, report.original_size);
        write_point(json, &point);
        znn_json_end(json, '}');
    }
    znn_json_end(json, ']');
    if (showing->settings->view.tensors)
        write_tensors(showing, json);
    znn_json_end(json, '}');
}

/* ---------------------------------------------------------------------------------------------------------------- */
/* Both                                                                                                             */
/* ---------------------------------------------------------------------------------------------------------------- */

static bool draw(const struct showing *showing, const struct input_file *file, const struct base_chain *base)
{
    struct text svg = {0};
    znn_sweep_draw(showing->sweep, showing->count, showing->path, &svg);
    bool fine = !svg.failed || znn_say_memory_error(NULL);
    fine = fine && znn_stat_write_svg(showing->settings, file, base, &svg);
    znn_text_free(&svg);
    return fine;
}

bool znn_sweep_show(struct look *look, const struct input_file *file, struct znn_input input,
                    const struct base_chain *chain, const struct znn_compress_options *options)
{
    const struct settings *settings = look->settings;
    struct znn_sweep *sweep;
    struct znn_error error = {.struct_size = sizeof(struct znn_error), .offset = UINT64_MAX};
    bool is_one = !settings->view.sweep;
    size_t count = is_one ? 1 : PRECISIONS;
    struct progress progress;
    struct znn_compress_options watched = *options;
    watched.progress_context = &progress;
    znn_progress_start(&progress, file->name, input.size, true, false);
    progress.passes = (unsigned)count;
    enum znn_status status =
        znn_sweep_make(&input, &watched, is_one ? &settings->rounding.bits : precisions, count, &sweep, &error);
    znn_progress_end(&progress);
    if (status == ZNN_ERROR_ARGUMENT && znn_input_file_is_znn(file))
        znn_say_error(file->name, "is already compressed; to see the effect of rounding, run 'znn stat' on the "
                                  "decompressed model");
    else if (status)
        znn_base_chain_say(chain, file, &error);
    if (status)
        return znn_look_note_failure(look, znn_look_path(file));
    struct showing showing = {settings, &look->terminal, znn_look_path(file), sweep, count};
    bool fine = !settings->view.svg || draw(&showing, file, look->base);
    if (settings->json && fine) {
        write(&showing, &look->json);
    } else if (settings->json) {
        znn_look_note_failure(look, showing.path);
    } else {
        if (look->shown++ > 0)
            putchar('\n');
        fine = print(&showing) && fine;
    }
    znn_sweep_free(sweep);
    return fine;
}

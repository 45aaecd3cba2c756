/*
 * stat_json.c - writes the object of 'znn stat --json'
 *
 * The keys are a promise: znn(1) lists them.  New keys may be added, but no key goes away or changes its meaning.
 */
#include "cli/flags/lossy.h"
#include "cli/show/base_words.h"
#include "cli/show/defects.h"
#include "cli/show/rows.h"
#include "cli/show/stat_view.h"

#include <string.h>

static void write_text(struct json *json, const char *key, const char *text)
{
    znn_json_string(json, key, text, strlen(text));
}

static void write_sizes(struct json *json, uint64_t size, uint64_t compressed)
{
    znn_json_number(json, "bytes", size);
    znn_json_number(json, "compressed_bytes", compressed);
    znn_json_ratio(json, "ratio", compressed, size);
}

static void write_groups(struct json *json, unsigned count, const uint64_t *sizes, const uint64_t *compressed)
{
    znn_json_begin(json, "groups", '[');
    for (unsigned i = 0; i < count; i++) {
        znn_json_begin(json, NULL, '{');
        znn_json_number(json, "group", i);
        write_sizes(json, sizes[i], compressed[i]);
        znn_json_end(json, '}');
    }
    znn_json_end(json, ']');
}

static void write_dtypes(struct json *json, const struct survey *survey)
{
    znn_json_begin(json, "dtypes", '[');
    for (size_t i = 0; i < survey->dtype_count; i++) {
        const struct tally *tally = &survey->dtypes[i].tally;
        znn_json_begin(json, NULL, '{');
        write_text(json, "dtype", survey->dtypes[i].dtype);
        znn_json_number(json, "tensors", tally->tensors);
        znn_json_number(json, "parameters", tally->parameters);
        write_sizes(json, tally->size, tally->compressed);
        write_groups(json, tally->groups, tally->group_size, tally->group_compressed);
        znn_json_end(json, '}');
    }
    znn_json_end(json, ']');
}

static void write_partner(struct json *json, const struct view *view, const struct znn_tensor *tensor)
{
    const struct partner *partner = view->partners ? znn_partners_find(view->partners, tensor) : NULL;
    if (!partner)
        return;
    write_text(json, "partner_by", znn_match_word(partner->how));
    znn_json_string(json, "partner", partner->tensor.name, partner->tensor.name_size);
    write_text(json, "partner_dtype", partner->tensor.dtype);
}

static void write_tensor(struct json *json, const struct view *view, size_t number)
{
    struct znn_tensor tensor = ZNN_INIT(struct znn_tensor);
    struct znn_cost cost = ZNN_INIT(struct znn_cost);
    znn_analysis_tensor(view->analysis, number, &tensor, &cost);
    znn_json_begin(json, NULL, '{');
    znn_json_string(json, "name", tensor.name, tensor.name_size);
    write_text(json, "dtype", tensor.dtype);
    znn_json_numbers(json, "shape", tensor.shape, tensor.rank);
    znn_json_number(json, "bytes", tensor.size);
    if (cost.size < tensor.size)
        znn_json_number(json, "shared_bytes", tensor.size - cost.size);
    znn_json_number(json, "compressed_bytes", cost.compressed_size);
    znn_json_ratio(json, "ratio", cost.compressed_size, cost.size);
    if (view->survey->report.base_tensors > 0)
        znn_json_number(json, "delta_bytes", cost.delta_size);
    write_partner(json, view, &tensor);
    if (view->alone) {
        struct znn_cost alone = ZNN_INIT(struct znn_cost);
        znn_analysis_tensor(view->alone, number, &tensor, &alone);
        znn_json_number(json, "alone_compressed_bytes", alone.compressed_size);
    }
    write_groups(json, cost.groups, cost.group_size, cost.group_compressed);
    znn_json_end(json, '}');
}

static void write_tensors(struct json *json, const struct view *view, const struct rows *rows)
{
    znn_json_begin(json, "tensors", '[');
    for (size_t i = 0; i < rows->count; i++)
        write_tensor(json, view, znn_rows_tensor(rows, i));
    znn_json_end(json, ']');
}

static void write_sum(struct json *json, const char *key, const struct row *row)
{
    znn_json_begin(json, NULL, '{');
    znn_json_string(json, key, row->name, row->name_size);
    znn_json_number(json, "tensors", row->tensors);
    write_sizes(json, row->size, row->compressed);
    znn_json_end(json, '}');
}

static bool write_layers(struct json *json, const struct view *view, struct rows *rows)
{
    struct row roles[ROLE_COUNT];
    struct layers layers;
    znn_rows_roles(rows, 0, rows->count, roles);
    bool fine = znn_layers_find(&layers, rows, view->settings->view.order);
    znn_json_begin(json, "layers", '[');
    for (size_t i = 0; i < layers.count && fine; i++) {
        struct row row = znn_layers_row(&layers, rows, i);
        write_sum(json, "layer", &row);
    }
    znn_json_end(json, ']');
    znn_json_begin(json, "roles", '[');
    for (size_t i = 0; i < ROLE_COUNT; i++)
        if (roles[i].tensors > 0)
            write_sum(json, "role", &roles[i]);
    znn_json_end(json, ']');
    znn_layers_free(&layers);
    return fine;
}

static bool write_rows(struct json *json, const struct view *view)
{
    const struct settings *settings = view->settings;
    if (!settings->view.tensors && !settings->view.layers)
        return true;
    struct rows rows;
    bool fine = znn_rows_collect(&rows, view->analysis, settings->view.match, settings->view.order);
    if (fine && settings->view.tensors)
        write_tensors(json, view, &rows);
    if (fine && settings->view.layers)
        fine = write_layers(json, view, &rows);
    znn_rows_free(&rows);
    return fine;
}

bool znn_stat_write_json(const struct view *view, struct json *json)
{
    const struct survey *survey = view->survey;
    const struct znn_report *report = &survey->report;
    znn_json_begin(json, NULL, '{');
    write_text(json, "path", view->path);
    znn_json_bool(json, "ok", true);
    write_text(json, "format", report->format);
    znn_defects_write(json, report);
    write_text(json, "class", znn_class_word(survey->class));
    znn_json_number(json, "parameters", survey->all.parameters);
    znn_json_number(json, "tensor_count", report->tensors);
    znn_json_number(json, "original_bytes", report->original_size);
    znn_json_number(json, "compressed_bytes", report->compressed_size);
    znn_json_ratio(json, "ratio", report->compressed_size, report->original_size);
    znn_base_write(json, view->base, report->base_tensors);
    if (view->alone) {
        struct znn_report alone = ZNN_INIT(struct znn_report);
        znn_analysis_report(view->alone, &alone);
        znn_json_number(json, "alone_compressed_bytes", alone.compressed_size);
    }
    znn_lossy_write(json, &report->lossy);
    znn_json_number(json, "opaque_bytes", survey->opaque_size);
    znn_json_number(json, "opaque_compressed_bytes", survey->opaque_compressed);
    znn_json_number(json, "container_bytes", survey->container);
    write_dtypes(json, survey);
    bool fine = write_rows(json, view);
    znn_json_end(json, '}');
    return fine;
}

/*
 * stat_rows.c - prints the tensors, layers and roles of 'znn stat' for people
 *
 *     layer  tensors  original  compressed   left
 *     h.0         12  1.51 MiB    1.00 MiB  66.3%  █████████████▎░░░░░░
 *     h.1         12  1.51 MiB    1.00 MiB  66.3%  █████████████▎░░░░░░
 */
#include "cli/say/bar.h"
#include "cli/say/table.h"
#include "cli/say/units.h"
#include "cli/show/rows.h"
#include "cli/show/stat_view.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { BAR_OF_ROW = 20 };

/* ---------------------------------------------------------------------------------------------------------------- */
/* Tensors                                                                                                          */
/* ---------------------------------------------------------------------------------------------------------------- */

/* "32 100 100 100": percentages in few columns. */
static void add_short_groups(struct table *table, const struct znn_tensor *tensor, const struct znn_cost *cost)
{
    char text[ZNN_GROUPS_MAX * 6] = "";
    size_t size = 0;
    if (tensor->size > 0 && cost->size == 0)
        snprintf(text, sizeof text, "shared");
    else
        for (unsigned i = 0; i < cost->groups; i++) {
            struct figure share = znn_short_share_figure(cost->group_compressed[i], cost->group_size[i]);
            int added = snprintf(text + size, sizeof text - size, "%s%s", i > 0 ? " " : "", share.text);
            size += added > 0 ? (size_t)added : 0;
        }
    znn_table_cell(table, "%s", text);
}

/* With a base, tells whether the tensor is stored as a difference or alone. */
static const char *coding_word(const struct znn_cost *cost)
{
    return cost->delta_size == 0 ? "alone" : cost->delta_size < cost->size ? "partly delta" : "delta";
}

/* Shows how much the base saves for tensor `i`, which may be negative. */
static void add_saved(struct table *table, const struct view *view, size_t i, const struct znn_cost *cost)
{
    struct znn_tensor tensor = ZNN_INIT(struct znn_tensor);
    struct znn_cost alone = ZNN_INIT(struct znn_cost);
    znn_analysis_tensor(view->alone, i, &tensor, &alone);
    bool saves = alone.compressed_size >= cost->compressed_size;
    uint64_t saved =
        saves ? alone.compressed_size - cost->compressed_size : cost->compressed_size - alone.compressed_size;
    znn_table_cell(table, "%s%s", saves ? "" : "-", znn_size_figure(saved).text);
}

/* Tells how the tensor found its partner, and the partner's type if it is another one: "content, f32". */
static void add_partner(struct table *table, const struct view *view, const struct znn_tensor *tensor)
{
    const struct partner *partner = znn_partners_find(view->partners, tensor);
    bool is_other = partner && strcmp(partner->tensor.dtype, tensor->dtype) != 0;
    znn_table_cell(table, "%s%s%s", partner ? znn_match_word(partner->how) : "-", is_other ? ", " : "",
                   is_other ? znn_dtype_word(partner->tensor.dtype).text : "");
}

static bool print_tensors(const struct view *view, const struct rows *rows)
{
    const struct column columns[] = {
        {"tensor", COLUMN_ELASTIC}, {"dtype", COLUMN_LEFT},
        {"shape", COLUMN_LEFT},     {"size", COLUMN_RIGHT},
        {"left", COLUMN_RIGHT},     {view->survey->report.base_tensors > 0 ? "coded" : "groups", COLUMN_LEFT},
        {"saved", COLUMN_RIGHT},    {"partner by", COLUMN_LEFT},
    };
    bool has_base = view->survey->report.base_tensors > 0;
    bool has_alone = has_base && view->alone, has_partners = has_alone && view->partners;
    struct table table = {.columns = columns,
                          .count = has_partners ? 8
                                   : has_alone  ? 7
                                                : 6,
                          .terminal = view->terminal,
                          .spare = has_partners ? "7523" : "523"};
    putchar('\n');
    while (znn_table_pass(&table))
        for (size_t i = 0; i < rows->count; i++) {
            struct znn_tensor tensor = ZNN_INIT(struct znn_tensor);
            struct znn_cost cost = ZNN_INIT(struct znn_cost);
            znn_analysis_tensor(view->analysis, znn_rows_tensor(rows, i), &tensor, &cost);
            znn_table_name(&table, tensor.name, tensor.name_size);
            znn_table_cell(&table, "%s", znn_dtype_word(tensor.dtype).text);
            znn_table_cell(&table, "%s", znn_shape_word(&tensor).text);
            znn_table_cell(&table, "%s", znn_size_figure(tensor.size).text);
            znn_table_cell(&table, "%s", znn_share_figure(cost.compressed_size, cost.size).text);
            if (has_base)
                znn_table_cell(&table, "%s", coding_word(&cost));
            else
                add_short_groups(&table, &tensor, &cost);
            if (has_alone)
                add_saved(&table, view, znn_rows_tensor(rows, i), &cost);
            if (has_partners)
                add_partner(&table, view, &tensor);
        }
    return znn_table_end(&table);
}

/* ---------------------------------------------------------------------------------------------------------------- */
/* Layers and roles                                                                                                 */
/* ---------------------------------------------------------------------------------------------------------------- */

/* The sums to show: layers, or `count` roles. */
struct sums {
    const char *title;
    const struct layers *layers;
    const struct rows *rows;
    const struct row *roles; /* NULL: the layers */
    size_t count;
};

static struct row sum_at(const struct sums *sums, size_t i)
{
    return sums->roles ? sums->roles[i] : znn_layers_row(sums->layers, sums->rows, i);
}

static bool print_sums(const struct view *view, const struct sums *sums)
{
    const struct column columns[] = {
        {sums->title, COLUMN_ELASTIC}, {"tensors", COLUMN_RIGHT}, {"original", COLUMN_RIGHT},
        {"compressed", COLUMN_RIGHT},  {"left", COLUMN_RIGHT},    {"", COLUMN_LEFT},
    };
    bool has_bars = view->terminal->has_bars;
    struct table table = {.columns = columns, .count = has_bars ? 6 : 5, .terminal = view->terminal, .spare = "51"};
    uint64_t scale = 0;
    for (size_t i = 0; i < sums->count && has_bars; i++) {
        struct row row = sum_at(sums, i);
        scale = row.size > scale ? row.size : scale;
    }
    putchar('\n');
    while (znn_table_pass(&table))
        for (size_t i = 0; i < sums->count; i++) {
            struct row row = sum_at(sums, i);
            znn_table_name(&table, row.name, row.name_size);
            znn_table_cell(&table, "%zu", row.tensors);
            znn_stat_add_sizes(&table, row.size, row.compressed);
            if (has_bars)
                znn_table_cell(&table, "%s",
                               znn_bar(row.compressed, row.size, scale, BAR_OF_ROW, view->terminal->is_unicode).text);
        }
    return znn_table_end(&table);
}

static bool print_layers(const struct view *view, struct rows *rows)
{
    enum order order = view->settings->view.order;
    struct row roles[ROLE_COUNT];
    struct layers layers;
    size_t count = 0;
    znn_rows_roles(rows, 0, rows->count, roles);
    for (size_t i = 0; i < ROLE_COUNT; i++)
        if (roles[i].tensors > 0)
            roles[count++] = roles[i];
    znn_roles_sort(roles, count, order == ORDER_NONE ? ORDER_SIZE : order);
    bool fine = znn_layers_find(&layers, rows, order);
    if (fine)
        fine =
            print_sums(view, &(struct sums){.title = "layer", .layers = &layers, .rows = rows, .count = layers.count});
    fine = fine && print_sums(view, &(struct sums){.title = "role", .roles = roles, .count = count});
    znn_layers_free(&layers);
    return fine;
}

/* "  matching '*.bias': 26 of 53 tensors, 18.5 KiB, 61.0% left" */
static void print_match(const char *match, const struct rows *rows, uint64_t all)
{
    struct row sum = znn_rows_sum(rows, 0, rows->count);
    fputs("\n  matching '", stdout);
    znn_text_write_shown(stdout, match, strlen(match));
    printf("': %zu of %" PRIu64 " tensors", rows->count, all);
    if (rows->count > 0)
        printf(", %s, %s left", znn_size_figure(sum.size).text, znn_share_figure(sum.compressed, sum.size).text);
    putchar('\n');
}

bool znn_stat_print_rows(const struct view *view)
{
    const struct settings *settings = view->settings;
    if (!settings->view.tensors && !settings->view.layers)
        return true;
    struct rows rows;
    bool fine = znn_rows_collect(&rows, view->analysis, settings->view.match, settings->view.order);
    if (fine && settings->view.match)
        print_match(settings->view.match, &rows, view->survey->report.tensors);
    if (fine && settings->view.tensors && rows.count > 0)
        fine = print_tensors(view, &rows);
    if (fine && settings->view.layers && rows.count > 0)
        fine = print_layers(view, &rows);
    znn_rows_free(&rows);
    return fine;
}

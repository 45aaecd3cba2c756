/*
 * rows.c - the tensors to show, in order, and their layers
 */
#include "cli/show/rows.h"

#include "cli/say/glob.h"
#include "cli/say/message.h"
#include "cli/show/ordering.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static entry_order *const orders[] = {
    [ORDER_SIZE] = znn_entry_by_size, [ORDER_RATIO] = znn_entry_by_ratio, [ORDER_NAME] = znn_entry_by_name};

/* Returns the entry to sort for `row`.  `place` decides between equal sizes and ratios. */
static struct entry make_entry(const struct row *row, size_t place, size_t number, enum order order)
{
    struct entry entry = {.more.place = (uint32_t)place, .number = (uint32_t)number};
    if (order == ORDER_SIZE) {
        entry.key.size = row->size;
    } else if (order == ORDER_RATIO) {
        /* A row without bytes has no ratio and comes last. */
        entry.key.ratio = row->size > 0 ? (double)row->compressed / (double)row->size : -1;
    } else {
        entry.key.name = row->name;
        entry.more.name_size = (uint32_t)row->name_size;
    }
    return entry;
}

static void add(struct row *sum, const struct znn_cost *cost)
{
    sum->tensors++;
    sum->size += cost->size;
    sum->compressed += cost->compressed_size;
}

static struct row row_of(const struct znn_analysis *analysis, size_t i)
{
    struct znn_tensor tensor = ZNN_INIT(struct znn_tensor);
    struct znn_cost cost = ZNN_INIT(struct znn_cost);
    znn_analysis_tensor(analysis, i, &tensor, &cost);
    struct row row = {.name = tensor.name, .name_size = tensor.name_size};
    add(&row, &cost);
    return row;
}

/* ---------------------------------------------------------------------------------------------------------------- */
/* Tensors                                                                                                          */
/* ---------------------------------------------------------------------------------------------------------------- */

void znn_rows_take_all(struct rows *rows, const struct znn_analysis *analysis)
{
    *rows = (struct rows){.analysis = analysis, .count = znn_analysis_tensor_count(analysis)};
}

static bool make_numbers(struct rows *rows, size_t count)
{
    rows->tensors = count <= UINT32_MAX ? malloc((count + 1) * sizeof *rows->tensors) : NULL;
    return rows->tensors || znn_say_memory_error(NULL);
}

static bool sort_rows(struct rows *rows, enum order order)
{
    struct entry *entries = znn_entries_new(rows->count);
    for (size_t i = 0; i < rows->count && entries; i++) {
        struct row row = row_of(rows->analysis, rows->tensors[i]);
        entries[i] = make_entry(&row, rows->tensors[i], rows->tensors[i], order);
    }
    bool fine = entries && znn_entries_sort(entries, rows->count, orders[order]);
    for (size_t i = 0; i < rows->count && fine; i++)
        rows->tensors[i] = entries[i].number;
    free(entries);
    return fine;
}

bool znn_rows_collect(struct rows *rows, const struct znn_analysis *analysis, const char *match, enum order order)
{
    size_t count = znn_analysis_tensor_count(analysis);
    *rows = (struct rows){.analysis = analysis};
    if (!make_numbers(rows, count))
        return false;
    for (size_t i = 0; i < count; i++) {
        struct row row = match ? row_of(analysis, i) : (struct row){0};
        if (!match || znn_glob_match(match, row.name, row.name_size))
            rows->tensors[rows->count++] = (uint32_t)i;
    }
    if (order == ORDER_NONE || sort_rows(rows, order))
        return true;
    rows->count = 0; /* so that callers show nothing in a wrong order */
    return false;
}

struct row znn_rows_sum(const struct rows *rows, size_t start, size_t count)
{
    struct row sum = {0};
    for (size_t i = start; i < start + count; i++) {
        struct row row = row_of(rows->analysis, znn_rows_tensor(rows, i));
        sum.tensors++;
        sum.size += row.size;
        sum.compressed += row.compressed;
    }
    return sum;
}

void znn_rows_free(struct rows *rows)
{
    free(rows->tensors);
}

/* ---------------------------------------------------------------------------------------------------------------- */
/* Roles                                                                                                            */
/* ---------------------------------------------------------------------------------------------------------------- */

void znn_rows_roles(const struct rows *rows, size_t start, size_t count, struct row roles[ROLE_COUNT])
{
    for (int i = 0; i < ROLE_COUNT; i++) {
        const char *word = znn_role_word((enum role)i);
        roles[i] = (struct row){.name = word, .name_size = strlen(word)};
    }
    for (size_t i = start; i < start + count; i++) {
        struct znn_tensor tensor = ZNN_INIT(struct znn_tensor);
        struct znn_cost cost = ZNN_INIT(struct znn_cost);
        znn_analysis_tensor(rows->analysis, znn_rows_tensor(rows, i), &tensor, &cost);
        add(&roles[znn_role(tensor.name, tensor.name_size)], &cost);
    }
}

void znn_roles_sort(struct row *roles, size_t count, enum order order)
{
    assert(order != ORDER_NONE && count <= ROLE_COUNT);
    for (size_t i = 1; i < count; i++) {
        struct row role = roles[i];
        struct entry entry = make_entry(&role, i, i, order);
        size_t k = i;
        for (; k > 0; k--) {
            struct entry before = make_entry(&roles[k - 1], 0, 0, order);
            if (orders[order](&before, &entry) <= 0)
                break;
            roles[k] = roles[k - 1];
        }
        roles[k] = role;
    }
}

/* ---------------------------------------------------------------------------------------------------------------- */
/* Layers                                                                                                           */
/* ---------------------------------------------------------------------------------------------------------------- */

/* Sorts the rows by the names of their layers.  Sets *count to the number of layers. */
static bool gather(struct rows *rows, size_t *count)
{
    struct entry *entries = znn_entries_new(rows->count);
    for (size_t i = 0; i < rows->count && entries; i++) {
        struct row row = row_of(rows->analysis, rows->tensors[i]);
        row.name_size = znn_layer_size(row.name, row.name_size);
        entries[i] = make_entry(&row, 0, rows->tensors[i], ORDER_NAME);
    }
    bool fine = entries && znn_entries_sort(entries, rows->count, znn_entry_by_name);
    *count = 0;
    for (size_t i = 0; i < rows->count && fine; i++) {
        rows->tensors[i] = entries[i].number;
        *count += i == 0 || !znn_entry_has_name_of(&entries[i - 1], &entries[i]);
    }
    free(entries);
    return fine;
}

static struct entry layer_name(const struct rows *rows, size_t i)
{
    struct row row = row_of(rows->analysis, rows->tensors[i]);
    row.name_size = znn_layer_size(row.name, row.name_size);
    return make_entry(&row, 0, 0, ORDER_NAME);
}

/* Returns the layer that starts at row `start`. */
static struct layer layer_at(const struct rows *rows, size_t start)
{
    struct entry name = layer_name(rows, start);
    size_t end = start + 1;
    for (; end < rows->count; end++) {
        struct entry next = layer_name(rows, end);
        if (!znn_entry_has_name_of(&name, &next))
            break;
    }
    return (struct layer){.start = (uint32_t)start, .count = (uint32_t)(end - start)};
}

/* Sorts the layers before there is a list of them, so that only one of both takes memory for each layer. */
static bool sort_layers(struct entry *entries, size_t count, const struct rows *rows, enum order order)
{
    size_t start = 0;
    for (size_t i = 0; i < count; i++) {
        struct layer layer = layer_at(rows, start);
        struct row sum = znn_rows_sum(rows, layer.start, layer.count);
        entries[i] = make_entry(&sum, rows->tensors[start], start, order);
        start += layer.count;
    }
    return znn_entries_sort(entries, count, orders[order]);
}

static bool list_layers(struct layers *layers, const struct entry *entries, size_t count, const struct rows *rows)
{
    size_t next = 0;
    layers->layers = malloc((count + 1) * sizeof *layers->layers);
    if (!layers->layers)
        return znn_say_memory_error(NULL);
    for (layers->count = 0; layers->count < count; layers->count++) {
        struct layer layer = layer_at(rows, entries ? entries[layers->count].number : next);
        layers->layers[layers->count] = layer;
        next += layer.count;
    }
    return true;
}

bool znn_layers_find(struct layers *layers, struct rows *rows, enum order order)
{
    size_t count;
    struct entry *entries = NULL;
    bool is_by_name = order == ORDER_NONE || order == ORDER_NAME;
    *layers = (struct layers){0};
    bool fine = gather(rows, &count);
    if (fine && !is_by_name) {
        entries = znn_entries_new(count);
        fine = entries && sort_layers(entries, count, rows, order);
    }
    fine = fine && list_layers(layers, entries, count, rows);
    free(entries);
    return fine;
}

struct row znn_layers_row(const struct layers *layers, const struct rows *rows, size_t i)
{
    const struct layer *layer = &layers->layers[i];
    struct entry name = layer_name(rows, layer->start);
    struct row row = znn_rows_sum(rows, layer->start, layer->count);
    row.name = name.key.name;
    row.name_size = name.more.name_size;
    return row;
}

void znn_layers_free(struct layers *layers)
{
    free(layers->layers);
}

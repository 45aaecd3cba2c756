/*
 * rows.c - the tensors that are to be shown, in order, and their layers
 */
#include "cli/rows.h"

#include "cli/glob.h"
#include "cli/message.h"
#include "cli/survey.h"

#include <stdlib.h>
#include <string.h>

static struct row make_row(const struct znn_analysis *analysis, size_t i)
{
    struct znn_tensor tensor;
    struct znn_cost cost;
    znn_analysis_tensor(analysis, i, &tensor, &cost);
    return (struct row){
        .tensor = i,
        .name = tensor.name,
        .name_size = (uint32_t)tensor.name_size,
        .tensors = 1,
        .size = cost.size,
        .compressed = cost.compressed_size,
        .role = znn_role(tensor.name, tensor.name_size),
    };
}

void znn_rows_take_all(struct rows *rows, const struct znn_analysis *analysis)
{
    *rows = (struct rows){.count = znn_analysis_tensor_count(analysis)};
}

bool znn_rows_collect(struct rows *rows, const struct znn_analysis *analysis, const char *match)
{
    size_t count = znn_analysis_tensor_count(analysis);
    *rows = (struct rows){.rows = malloc((count > 0 ? count : 1) * sizeof *rows->rows)};
    if (!rows->rows)
        return znn_say_memory_error(NULL);
    for (size_t i = 0; i < count; i++) {
        struct row row = make_row(analysis, i);
        if (!match || znn_glob_match(match, row.name, row.name_size))
            rows->rows[rows->count++] = row;
    }
    return true;
}

static int by_place(const struct row *a, const struct row *b)
{
    return (a->tensor > b->tensor) - (a->tensor < b->tensor);
}

static int by_name(const void *a, const void *b)
{
    const struct row *x = a;
    const struct row *y = b;
    int order = znn_name_compare(x->name, x->name_size, y->name, y->name_size);
    return order != 0 ? order : by_place(x, y);
}

static int by_size(const void *a, const void *b)
{
    const struct row *x = a;
    const struct row *y = b;
    return x->size != y->size ? (x->size > y->size ? -1 : 1) : by_place(x, y);
}

/* What has no bytes has no ratio, and comes last. */
static double ratio(const struct row *row)
{
    return row->size > 0 ? (double)row->compressed / (double)row->size : -1;
}

static int by_ratio(const void *a, const void *b)
{
    double x = ratio(a);
    double y = ratio(b);
    return x > y ? -1 : x < y ? 1 : by_place(a, b);
}

void znn_rows_sort(struct rows *rows, enum order order)
{
    static int (*const orders[])(const void *, const void *) = {
        [ORDER_SIZE] = by_size, [ORDER_RATIO] = by_ratio, [ORDER_NAME] = by_name};
    if (order != ORDER_NONE && rows->count > 0)
        qsort(rows->rows, rows->count, sizeof *rows->rows, orders[order]);
}

bool znn_row_has_name_of(const struct row *a, const struct row *b)
{
    return a->name_size == b->name_size && memcmp(a->name, b->name, a->name_size) == 0;
}

static void add(struct row *sum, const struct row *row)
{
    sum->tensors += row->tensors;
    sum->size += row->size;
    sum->compressed += row->compressed;
}

void znn_rows_gather(struct rows *rows)
{
    for (size_t i = 0; i < rows->count; i++)
        rows->rows[i].name_size = (uint32_t)znn_layer_size(rows->rows[i].name, rows->rows[i].name_size);
    znn_rows_sort(rows, ORDER_NAME);
}

void znn_rows_fold(struct rows *rows)
{
    znn_rows_gather(rows);
    size_t count = 0;
    for (size_t i = 0; i < rows->count; i++) {
        if (count > 0 && znn_row_has_name_of(&rows->rows[count - 1], &rows->rows[i]))
            add(&rows->rows[count - 1], &rows->rows[i]);
        else
            rows->rows[count++] = rows->rows[i];
    }
    rows->count = count;
}

void znn_rows_roles(const struct row *rows, size_t count, struct row roles[ROLE_COUNT])
{
    for (int i = 0; i < ROLE_COUNT; i++) {
        const char *word = znn_role_word((enum role)i);
        roles[i] = (struct row){.tensor = (size_t)i, .name = word, .name_size = (uint32_t)strlen(word)};
    }
    for (size_t i = 0; i < count; i++)
        add(&roles[rows[i].role], &rows[i]);
}

void znn_rows_free(struct rows *rows)
{
    free(rows->rows);
}

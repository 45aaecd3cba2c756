/*
 * rows.h - the tensors that are to be shown, in order, and their layers
 *
 * There may be millions of tensors.  So of each only its number is kept (4 bytes), of each layer where it starts among
 * the numbers and how many it has (8 bytes), and sums are made when they are shown.  Putting in order takes up to 24
 * bytes more while it lasts (see ordering.h).
 *
 *     tensors   | 3 | 7 | 8 | 0 | 1 | 2 | ...
 *     layers    | from 0, 3     | from 3, 2 | ...
 */
#ifndef ZNN_CLI_SHOW_ROWS_H
#define ZNN_CLI_SHOW_ROWS_H

#include "cli/flags/tensor_name.h"
#include "cli/say/values.h"
#include "znn.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct rows {
    const struct znn_analysis *analysis;
    uint32_t *tensors; /* NULL: all tensors as they lie */
    size_t count;
};

/*
 * What some tensors have in common, and their sums.
 */
struct row {
    const char *name; /* of a layer or role; the analysis owns the former */
    size_t name_size;
    size_t tensors; /* how many it stands for */
    uint64_t size;  /* bytes that count for it, before and after */
    uint64_t compressed;
};

struct layer {
    uint32_t start; /* the first of its rows */
    uint32_t count;
};

struct layers {
    struct layer *layers;
    size_t count;
};

/*
 * All tensors as they lie, without a number for each.
 */
void znn_rows_take_all(struct rows *rows, const struct znn_analysis *analysis);

/*
 * The number of the tensor that comes i-th.
 */
static inline size_t znn_rows_tensor(const struct rows *rows, size_t i)
{
    return rows->tensors ? rows->tensors[i] : i;
}

/*
 * Collects the tensors whose names match the pattern `match`, or all if it is NULL: the largest first, those of which
 * the most is left first, by name as people count, or for ORDER_NONE by offset.  Returns false, having said so, if
 * memory ran out.  Free with znn_rows_free() in either case.
 */
bool znn_rows_collect(struct rows *rows, const struct znn_analysis *analysis, const char *match, enum order order);

/*
 * Sums up the `count` rows from `start` on.
 */
struct row znn_rows_sum(const struct rows *rows, size_t start, size_t count);

/*
 * The same for each role, in `roles`.
 */
void znn_rows_roles(const struct rows *rows, size_t start, size_t count, struct row roles[ROLE_COUNT]);

/*
 * Sorts the sums of roles; what is equal keeps its order.
 */
void znn_roles_sort(struct row *roles, size_t count, enum order order);

/*
 * Finds the layers, in an order as above or for ORDER_NONE by name, and sorts the rows by the layers' names.  Returns
 * false, having said so, if memory ran out.  Free with znn_layers_free() in either case.
 */
bool znn_layers_find(struct layers *layers, struct rows *rows, enum order order);

/*
 * The name and the sums of layer `i`.
 */
struct row znn_layers_row(const struct layers *layers, const struct rows *rows, size_t i);

void znn_layers_free(struct layers *layers);

void znn_rows_free(struct rows *rows);

#endif

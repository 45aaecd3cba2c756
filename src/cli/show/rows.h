/*
 * rows.h - the tensors to show, in order, and their layers
 *
 * There may be millions of tensors.  So a tensor is stored only by its number (4 bytes), and a layer by its start among
 * the numbers and its count (8 bytes).  Sums are computed when they are shown.  Sorting takes up to 24 more bytes for
 * each while it runs (ordering.h).
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
    uint32_t *tensors; /* NULL: all tensors in file order */
    size_t count;
};

/*
 * A group of tensors with their common name and their sums.
 */
struct row {
    const char *name; /* of a layer or role; the analysis owns the name of a layer */
    size_t name_size;
    size_t tensors; /* number of tensors in the group */
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
 * Takes all tensors in file order, without storing their numbers.
 */
void znn_rows_take_all(struct rows *rows, const struct znn_analysis *analysis);

/*
 * Returns the number of the i-th tensor.
 */
static inline size_t znn_rows_tensor(const struct rows *rows, size_t i)
{
    return rows->tensors ? rows->tensors[i] : i;
}

/*
 * Collects the tensors whose names match the pattern `match`, or all if it is NULL, in this order: largest first, least
 * compressible first, by name with numbers in numeric order, or for ORDER_NONE by offset.  Returns false if memory ran
 * out, which is reported.  Call znn_rows_free() in either case.
 */
bool znn_rows_collect(struct rows *rows, const struct znn_analysis *analysis, const char *match, enum order order);

/*
 * Sums `count` rows from `start` on.
 */
struct row znn_rows_sum(const struct rows *rows, size_t start, size_t count);

/*
 * Sums the rows of each role into `roles`.
 */
void znn_rows_roles(const struct rows *rows, size_t start, size_t count, struct row roles[ROLE_COUNT]);

/*
 * Sorts the sums of roles.  Equal sums keep their order.
 */
void znn_roles_sort(struct row *roles, size_t count, enum order order);

/*
 * Finds the layers in the given order, or by name for ORDER_NONE, and sorts the rows by the names of the layers.
 * Returns false if memory ran out, which is reported.  Call znn_layers_free() in either case.
 */
bool znn_layers_find(struct layers *layers, struct rows *rows, enum order order);

/*
 * Returns the name and the sums of layer `i`.
 */
struct row znn_layers_row(const struct layers *layers, const struct rows *rows, size_t i);

void znn_layers_free(struct layers *layers);

void znn_rows_free(struct rows *rows);

#endif

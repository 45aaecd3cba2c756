/*
 * rows.h - the tensors that are to be shown, in order, and their layers
 */
#ifndef ZNN_CLI_ROWS_H
#define ZNN_CLI_ROWS_H

#include "cli/tensor_name.h"
#include "cli/values.h"
#include "znn.h"

#include <stdbool.h>
#include <stddef.h>

/* Kept small, for there may be a million. */
struct row {
    size_t tensor;    /* its number in the analysis */
    const char *name; /* of the tensor, or of a layer; the analysis owns it */
    uint32_t name_size;
    uint32_t tensors; /* how many it stands for */
    uint64_t size;    /* bytes that count for it, before and after */
    uint64_t compressed;
    enum role role; /* of a tensor */
};

struct rows {
    struct row *rows; /* NULL: all tensors as they lie */
    size_t count;
};

/*
 * All tensors as they lie, without a row for each; use znn_rows_tensor() to go through them.
 */
void znn_rows_take_all(struct rows *rows, const struct znn_analysis *analysis);

/*
 * The number of the tensor that comes i-th.
 */
static inline size_t znn_rows_tensor(const struct rows *rows, size_t i)
{
    return rows->rows ? rows->rows[i].tensor : i;
}

/*
 * Collects the tensors whose names match the pattern `match`, or all where it is NULL, by offset.  Returns false,
 * having said so, where memory ran out.  Free with znn_rows_free() in either case.
 */
bool znn_rows_collect(struct rows *rows, const struct znn_analysis *analysis, const char *match);

/*
 * The largest first, those of which the most is left first, or by name as people count.  ORDER_NONE does nothing.
 */
void znn_rows_sort(struct rows *rows, enum order order);

/*
 * Turns the names of tensors into those of their layers, and sorts by them.
 */
void znn_rows_gather(struct rows *rows);

/*
 * As znn_rows_gather(), and makes one row of each layer.
 */
void znn_rows_fold(struct rows *rows);

/*
 * Sums up `count` rows of tensors for each role, in `roles`.
 */
void znn_rows_roles(const struct row *rows, size_t count, struct row roles[ROLE_COUNT]);

/*
 * True where the names of two rows are the same.
 */
bool znn_row_has_name_of(const struct row *a, const struct row *b);

void znn_rows_free(struct rows *rows);

#endif

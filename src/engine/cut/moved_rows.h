/*
 * moved_rows.h - finds out whether the rows of a tensor are in another order than its partner's
 */
#ifndef ZNN_ENGINE_CUT_MOVED_ROWS_H
#define ZNN_ENGINE_CUT_MOVED_ROWS_H

#include "container/row_order.h"
#include "engine/file/base.h"
#include "model/model.h"

/*
 * Sets *order to the order of the rows, found from samples, or to zeros if the order is the same or unknown.  `tensor`
 * and `partner` have equally many elements in rows of `row` elements.  Fails if reading fails.
 */
enum znn_status znn_find_row_order(struct source *source, const struct tensor *tensor, struct znn_base *base,
                                   const struct tensor *partner, uint64_t row, struct row_order *order,
                                   struct znn_error *error);

#endif

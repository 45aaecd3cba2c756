/*
 * rounding.h - which numbers of a model are rounded
 *
 * The choice is made by tensor, but what is rounded are ranges of bytes, of which several tensors may have a share (see
 * model.h).  So a span is rounded only if every tensor that has bytes of it agrees:
 *
 *     span      | s s s s s s s s s |
 *     a         | a a a a |                round
 *     b               | b b b b |          round     ->  s is rounded; were b to be kept, it would not be
 */
#ifndef ZNN_ENGINE_ROUNDING_H
#define ZNN_ENGINE_ROUNDING_H

#include "base/error.h"
#include "model/model.h"

/*
 * Fails with ZNN_ERROR_ARGUMENT where options->lossy or options->sign is nonsense.
 */
enum znn_status znn_rounding_check(const struct znn_compress_options *options, struct znn_error *error);

/*
 * Marks with TENSOR_ROUNDED the spans of the model that options->lossy is for.  report->lossy, rounded_tensors and
 * unsuited_tensors say what came of it; if no span was marked, all of them are zero but the last.
 */
enum znn_status znn_rounding_mark(struct model *model, const struct znn_compress_options *options,
                                  struct znn_report *report, struct znn_error *error);

#endif

/*
 * rounding.h - chooses which numbers of a model are rounded
 *
 * The caller chooses by tensor, but znn rounds ranges of bytes, which several tensors may share (see model.h).  A
 * number is rounded if a tensor that holds it is to be rounded, and no tensor that holds it is to be kept:
 *
 *     span      | s s s s s s s s s |
 *     a         | a a a a |                round
 *     b               | b b b b |          keep
 *     rounded   | x x x |                  of a storage, what is left of a
 *
 * Bytes that belong to no tensor are kept, because their purpose is unknown.
 */
#ifndef ZNN_ENGINE_CUT_ROUNDING_H
#define ZNN_ENGINE_CUT_ROUNDING_H

#include "common/error.h"
#include "model/model.h"

/*
 * Returns ZNN_ERROR_ARGUMENT if options->lossy or options->sign is invalid.
 */
enum znn_status znn_rounding_check(const struct znn_compress_options *options, struct znn_error *error);

/*
 * Marks the spans of the model that options->lossy selects with TENSOR_ROUNDED.  Cuts spans that it selects only in
 * part.  Sets `lossy` and related members of the report; `lossy` stays zero if no span was marked.
 */
enum znn_status znn_rounding_mark(struct model *model, const struct znn_compress_options *options,
                                  struct znn_report *report, struct znn_error *error);

#endif

/*
 * rounding.h - which numbers of a model are rounded
 *
 * The choice is made by tensor, but what is rounded are ranges of bytes, of which several tensors may have a share (see
 * model.h).  A number is rounded if a tensor that has it is to be rounded, and no tensor that has it is to be kept:
 *
 *     span      | s s s s s s s s s |
 *     a         | a a a a |                round
 *     b               | b b b b |          keep
 *     rounded   | x x x |                  of a storage, what is left of a
 *
 * Bytes that no tensor has are of unknown use, and kept.
 */
#ifndef ZNN_ENGINE_CUT_ROUNDING_H
#define ZNN_ENGINE_CUT_ROUNDING_H

#include "common/error.h"
#include "model/model.h"

/*
 * Fails with ZNN_ERROR_ARGUMENT where options->lossy or options->sign is nonsense.
 */
enum znn_status znn_rounding_check(const struct znn_compress_options *options, struct znn_error *error);

/*
 * Marks with TENSOR_ROUNDED the spans of the model that options->lossy is for, having cut those that are for it in part
 * only.  The report's lossy and what belongs to it say what came of that; lossy stays zero if no span was marked.
 */
enum znn_status znn_rounding_mark(struct model *model, const struct znn_compress_options *options,
                                  struct znn_report *report, struct znn_error *error);

#endif

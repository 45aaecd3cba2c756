/*
 * analysis.h - finds out how many compressed bytes each part of an original takes
 */
#ifndef ZNN_ENGINE_LOOK_ANALYSIS_H
#define ZNN_ENGINE_LOOK_ANALYSIS_H

#include <stdbool.h>

#include "znn.h"

/*
 * Like znn_analyze() with these options; `error` may be NULL.
 */
enum znn_status znn_look_analyze(struct znn_input *input, const struct znn_compress_options *options, bool quick,
                                 struct znn_analysis **analysis, struct znn_error *error);

/*
 * Like znn_analysis_report() and znn_analysis_tensor().  Tensor `i` must exist.
 */
void znn_analysis_describe(const struct znn_analysis *analysis, struct znn_report *report);
void znn_analysis_get(const struct znn_analysis *analysis, size_t i, struct znn_tensor *tensor, struct znn_cost *cost);

#endif

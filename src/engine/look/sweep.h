/*
 * sweep.h - compares several precisions for one model
 */
#ifndef ZNN_ENGINE_LOOK_SWEEP_H
#define ZNN_ENGINE_LOOK_SWEEP_H

#include "znn.h"

/*
 * Like znn_sweep_make(); `error` may be NULL.
 */
enum znn_status znn_look_sweep(struct znn_input *input, const struct znn_compress_options *options,
                               const unsigned *bits, size_t count, struct znn_sweep **sweep, struct znn_error *error);

/*
 * Returns the number of precisions.
 */
size_t znn_sweep_count(const struct znn_sweep *sweep);

/*
 * Like znn_sweep_total() and znn_sweep_tensor().  The precision and the tensor must exist.
 */
void znn_sweep_get_total(const struct znn_sweep *sweep, size_t i, struct znn_report *report, struct znn_point *point);
void znn_sweep_get(const struct znn_sweep *sweep, size_t k, size_t i, struct znn_tensor *tensor,
                   struct znn_point *point);

#endif

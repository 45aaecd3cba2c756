/*
 * decompress.h - restores a file from a .znn file
 */
#ifndef ZNN_ENGINE_RUN_DECOMPRESS_H
#define ZNN_ENGINE_RUN_DECOMPRESS_H

#include "znn.h"

/*
 * Like znn_decompress(); `report` and `error` may be NULL.
 */
enum znn_status znn_run_decompress(struct znn_input *input, struct znn_output *output,
                                   const struct znn_decompress_options *options, struct znn_report *report,
                                   struct znn_error *error);

#endif

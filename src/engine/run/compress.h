/*
 * compress.h - compresses a file, or samples it to estimate the result
 */
#ifndef ZNN_ENGINE_RUN_COMPRESS_H
#define ZNN_ENGINE_RUN_COMPRESS_H

#include <stdbool.h>

#include "znn.h"

/*
 * Like znn_compress().  With `quick`, compresses only a sample of the chunks of a large input (see sample.h).  The
 * output then has the structure of a .znn file and estimated sizes, but cannot be decompressed.  `report` and `error`
 * may be NULL.
 */
enum znn_status znn_run_compress(struct znn_input *input, struct znn_output *output,
                                 const struct znn_compress_options *options, bool quick, struct znn_report *report,
                                 struct znn_error *error);

#endif

/*
 * compress.h - compressing in earnest, or to see what it would give
 */
#ifndef ZNN_ENGINE_RUN_COMPRESS_H
#define ZNN_ENGINE_RUN_COMPRESS_H

#include <stdbool.h>

#include "znn.h"

/*
 * As znn_compress().  With `quick`, only a sample of the chunks of a large input is compressed (see sample.h).  Then
 * the output has the structure of a .znn file, and sizes that are estimates, but does not decode.  `report` and `error`
 * may be NULL.
 */
enum znn_status znn_run_compress(struct znn_input *input, struct znn_output *output,
                                 const struct znn_compress_options *options, bool quick, struct znn_report *report,
                                 struct znn_error *error);

#endif

/*
 * compress.h - compressing in earnest, or to see what it would give
 */
#ifndef ZNN_ENGINE_RUN_COMPRESS_H
#define ZNN_ENGINE_RUN_COMPRESS_H

#include "znn.h"

/*
 * As znn_compress(), but, where options->quick says so and the input is a large one, only a sample of the chunks is
 * compressed (see sample.h).  Then what is written has the structure of a .znn file, and sizes that are estimates, but
 * decodes to nothing.
 */
enum znn_status znn_compress_sampled(struct znn_input *input, struct znn_output *output,
                                     const struct znn_compress_options *options, struct znn_report *report,
                                     struct znn_error *error);

#endif

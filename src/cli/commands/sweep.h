/*
 * sweep.h - shows the effect of rounding: 'znn stat' with --sweep, --fixed-point or --max-error
 */
#ifndef ZNN_CLI_COMMANDS_SWEEP_H
#define ZNN_CLI_COMMANDS_SWEEP_H

#include "cli/input/base_chain.h"
#include "cli/say/text.h"
#include "cli/show/look.h"
#include "znn.h"

/*
 * Measures a model and shows the result.  `chain` has the base that the options name, for messages.  Returns false if
 * it failed.  The failure is reported.
 */
bool znn_sweep_show(struct look *look, const struct input_file *file, struct znn_input input,
                    const struct base_chain *chain, const struct znn_compress_options *options);

/*
 * Appends a picture of a sweep with `count` precisions to `svg`.
 */
void znn_sweep_draw(const struct znn_sweep *sweep, size_t count, const char *path, struct text *svg);

#endif

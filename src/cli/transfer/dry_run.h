/*
 * dry_run.h - reports what would be done, with -n
 *
 *     would compress m/a.bin -> out/a.bin.znn, 12.4 GiB
 *     would decompress out/a.bin.znn -> a.bin, 8.21 GiB -> 12.4 GiB, replacing the existing file
 *     would link m/b.bin -> out/b.bin.znn, to a.bin.znn
 *     would compare m/c.bin with out/c.bin.znn, and remove it
 *
 * on standard output, or with --json an object for each file.  Nothing is written, made or removed.  The checks need
 * only a part of each file: whether it can be opened, where its output would go, whether the output may be written, and
 * whether its base exists.
 */
#ifndef ZNN_CLI_TRANSFER_DRY_RUN_H
#define ZNN_CLI_TRANSFER_DRY_RUN_H

#include "cli/transfer/transfer.h"

/*
 * Reports what would be done with an open input, with or without a base, and counts it.  Returns false if it would
 * fail, which is reported.
 */
bool znn_dry_run_file(struct batch *batch, const struct input_file *input, const struct output_file *output,
                      bool has_base);

/*
 * Reports a symbolic link with the text `text` or, if that is NULL, a hard link to `twin`.
 */
void znn_dry_run_link(struct batch *batch, const char *input, const char *output, const char *text, const char *twin);

/*
 * Reports that `input` would be removed after a comparison with `output`, which is up to date.
 */
void znn_dry_run_removal(struct batch *batch, const char *input, const char *output);

#endif

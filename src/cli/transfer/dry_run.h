/*
 * dry_run.h - what would be done, with -n
 *
 *     would compress m/a.bin -> out/a.bin.znn, 12.4 GiB
 *     would decompress out/a.bin.znn -> a.bin, 8.21 GiB -> 12.4 GiB, in place of the one that is there
 *     would link m/b.bin -> out/b.bin.znn, to a.bin.znn
 *     would compare m/c.bin with out/c.bin.znn, and remove it
 *
 * on standard output, or with --json an object for each file.  Nothing is written, made or removed.  What is asked of
 * each file is what can be known without reading all of it: whether it can be opened, where its output would go,
 * whether that may be written, and whether its base is there.
 */
#ifndef ZNN_CLI_TRANSFER_DRY_RUN_H
#define ZNN_CLI_TRANSFER_DRY_RUN_H

#include "cli/transfer/transfer.h"

/*
 * Tells what would be done with an open input, for which a base was found or not, and counts it.  Returns false, having
 * said why, if that would fail.
 */
bool znn_dry_run_file(struct batch *batch, const struct input_file *input, const struct output_file *output,
                      bool has_base);

/*
 * Tells of a symbolic link with the text `text`, or if that is NULL, of a hard link of `twin`.
 */
void znn_dry_run_link(struct batch *batch, const char *input, const char *output, const char *text, const char *twin);

/*
 * Tells that `input` would be removed after a comparison with `output`, with which it is up to date.
 */
void znn_dry_run_removal(struct batch *batch, const char *input, const char *output);

#endif

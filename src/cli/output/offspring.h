/*
 * offspring.h - would a new base make the chains of other files too long?
 *
 *     a.znn  <-  b.znn  <-  c.znn       c.znn needs two bases
 *
 * If a.znn is replaced by a file that needs seven bases itself, c.znn needs nine, and cannot be decompressed any more.
 * So such a file is refused before it is made.
 */
#ifndef ZNN_CLI_OUTPUT_OFFSPRING_H
#define ZNN_CLI_OUTPUT_OFFSPRING_H

#include "cli/input/base_chain.h"
#include "cli/output/orphans.h"
#include "cli/output/output_file.h"

/*
 * Checks the .znn files beside `output` that need the file that it replaces or, with --rm, `input`.  `chain` has the
 * bases of the output.  Returns false if one of them would need more than ZNN_BASE_DEPTH_MAX bases, which is reported.
 */
bool znn_offspring_check(struct orphans *orphans, const struct base_chain *chain, const struct input_file *input,
                         const struct output_file *output);

#endif

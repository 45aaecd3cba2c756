/*
 * successor.h - may a .znn file be replaced that others need as their base?
 *
 *     a.bin  ->  a.znn  <-  b.znn       znn compress -f a.bin
 *
 * If a.bin is still the model that a.znn holds, b.znn does not mind.  If a.bin has changed since, b.znn would be lost,
 * so a.znn stays.
 */
#ifndef ZNN_CLI_OUTPUT_SUCCESSOR_H
#define ZNN_CLI_OUTPUT_SUCCESSOR_H

#include "cli/output/orphans.h"
#include "cli/output/output_file.h"

/*
 * Checks the .znn file that `output` replaces, if any.  `child` is a file that needs it, or NULL: then the .znn files
 * beside it are searched.  If `is_changed`, the output will hold other bytes than `input` anyway.  Returns false if the
 * file must stay, which is reported.
 */
bool znn_successor_check(struct orphans *orphans, const char *child, const struct input_file *input, bool is_changed,
                         const struct output_file *output);

#endif

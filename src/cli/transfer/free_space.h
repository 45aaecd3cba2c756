/*
 * free_space.h - is there enough space for the output?
 *
 * This notices in the first second that a disk would fill up after an hour.  The size is known beforehand:
 *
 *     decompress    the size of the original.  Zero blocks become holes, so a file that compresses to less than half,
 *                   and not because of a base, might be full of them: that one is warned of, any other is an error.
 *     compress      the original's size, which is about the most that a .znn file takes: a warning.
 *
 * Files without a known size, and file systems that do not report free space, are not checked.
 */
#ifndef ZNN_CLI_TRANSFER_FREE_SPACE_H
#define ZNN_CLI_TRANSFER_FREE_SPACE_H

#include "cli/transfer/recursive_plan.h"
#include "cli/transfer/transfer.h"

/*
 * Checks one file, whose output is open.  Returns false if it certainly does not fit, which is reported.
 */
bool znn_free_space_check(const struct batch *batch, const struct input_file *input, const struct output_file *output);

/*
 * Checks all files of -r whose outputs go to the same file system as the first, in the order of the work: with --rm,
 * each file makes space for the next.  Returns false if they certainly do not fit, which is reported.
 */
bool znn_free_space_check_all(const struct recursive_plan *plan);

#endif

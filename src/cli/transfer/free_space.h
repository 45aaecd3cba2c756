/*
 * free_space.h - is there room for what is going to be written?
 *
 * A disk that fills up after an hour is noticed in the first second instead.  What is known beforehand:
 *
 *     decompress    the size of the original.  Zero blocks become holes, so a file that compresses to less than half,
 *                   and not because of a base, might be full of them: that one is warned of, any other is an error.
 *     compress      the original's size, which is about the most that a .znn file takes: a warning.
 *
 * Files that do not say how long they are, and file systems that do not say what is free, are not asked.
 */
#ifndef ZNN_CLI_TRANSFER_FREE_SPACE_H
#define ZNN_CLI_TRANSFER_FREE_SPACE_H

#include "cli/transfer/recursive_plan.h"
#include "cli/transfer/transfer.h"

/*
 * Asks for one file, whose output is open.  Returns false, having said why, if it certainly does not fit.
 */
bool znn_free_space_check(const struct batch *batch, const struct input_file *input, const struct output_file *output);

/*
 * Asks for all files of -r together that go to the same file system as the first of them, in the order in which they
 * are done: with --rm each makes room for the next.  Returns false, having said why, if they certainly do not fit.
 */
bool znn_free_space_check_all(const struct recursive_plan *plan);

#endif

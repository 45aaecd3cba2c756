/*
 * recursive.h - compress and decompress with -r: whole directories
 *
 *     models/a/x.safetensors  ->  models/a/x.safetensors.znn     beside it, or with -o OUTDIR
 *                                 OUTDIR/a/x.safetensors.znn
 *
 * Of any two files below a directory the names are different, so .znn is appended to them whole; then the .znn files'
 * names are different, too, and each leads back to where it came from without a look into it.  Which files are meant is
 * for model_file.h to say, unless --all is given.  The way back takes every file that is called .znn.
 */
#ifndef ZNN_CLI_TRANSFER_RECURSIVE_H
#define ZNN_CLI_TRANSFER_RECURSIVE_H

#include "cli/transfer/recursive_plan.h"
#include "cli/transfer/transfer.h"

/*
 * Does one file.  The output's name is made from `target`: the file's own path, or where that leads below OUTDIR.
 * Returns false, having said why, if it failed.
 */
typedef bool recursive_action(struct batch *batch, const char *path, const char *target);

/*
 * What compress and decompress do differently.
 */
struct recursive_work {
    enum direction direction;
    recursive_action *action;
    recursive_name *name; /* how the output is called that `action` makes */
};

/*
 * Does all files that the operands mean, and prints a summary.  Returns the exit code.
 */
int znn_recursive_run(const struct settings *settings, const struct recursive_work *work);

#endif

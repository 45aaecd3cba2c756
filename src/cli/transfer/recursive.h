/*
 * recursive.h - compress and decompress with -r: whole directories
 *
 *     models/a/x.safetensors  ->  models/a/x.safetensors.znn     beside it, or with -o OUTDIR
 *                                 OUTDIR/a/x.safetensors.znn
 *
 * Files below a directory have different paths, and .znn is appended to the whole path.  So the .znn files have
 * different paths, too, and each path leads back to the original.  model_file.h decides which files are compressed,
 * unless --all is given.  Decompressing takes every file that ends in .znn.
 */
#ifndef ZNN_CLI_TRANSFER_RECURSIVE_H
#define ZNN_CLI_TRANSFER_RECURSIVE_H

#include "cli/transfer/recursive_plan.h"
#include "cli/transfer/transfer.h"

/*
 * Compresses or decompresses one file.  The output's name is made from `target`: the path of the file or, with OUTDIR,
 * its place below OUTDIR.  Returns false if it failed, which is reported.
 */
typedef bool recursive_action(struct batch *batch, const char *path, const char *target);

/*
 * The differences between compress and decompress.
 */
struct recursive_work {
    enum direction direction;
    recursive_action *action;
    recursive_name *name; /* names the output that `action` makes */
};

/*
 * Processes all files of the operands, and prints a summary.  Returns the exit code.
 */
int znn_recursive_run(const struct settings *settings, const struct recursive_work *work);

#endif

/*
 * transfer.h - one file through the library: what compress and decompress share
 */
#ifndef ZNN_CLI_TRANSFER_TRANSFER_H
#define ZNN_CLI_TRANSFER_TRANSFER_H

#include "cli/flags/operands.h"
#include "cli/input/base_chain.h"
#include "cli/output/needs.h"
#include "cli/output/output_file.h"
#include "cli/say/json_writer.h"
#include "cli/show/overall.h"
#include "cli/show/totals.h"

/*
 * What holds for all files of one command.
 */
struct batch {
    const struct settings *settings;
    enum direction direction;
    struct spared inputs; /* with -f, all of them; and `bases` */
    struct spared bases;  /* what outputs of earlier runs need whose sources were removed */
    struct written written;
    struct needs needs;   /* with decompress -r --rm */
    size_t entry;         /* with -r, the number of the current file */
    struct removal *late; /* sources that the base consists of */
    size_t late_count;
    struct totals totals;
    struct overall overall; /* for the progress of several files */
    struct json json;       /* with --json, the list of all files */
    enum znn_status status; /* of the current file, as far as the library is concerned */
    struct base_chain base; /* of --base, once it is open */
    bool has_names_ahead;   /* other names of the current input are still to be done */
    bool uses_stdout;
    bool failed; /* something went wrong with a file, or more than one */
};

void znn_batch_start(struct batch *batch, const struct settings *settings, enum direction direction);

/*
 * Removes the sources that had to stay while others needed them.  Returns how many could not be removed, or may not be,
 * this having been said.
 */
size_t znn_batch_settle(struct batch *batch);

/*
 * Frees what a batch holds, completes what --json printed, and returns the exit code.
 */
int znn_batch_end(struct batch *batch);

/*
 * Opens an input, as znn_input_file_open() does.  That of a directory fails with a word on -r.
 */
bool znn_batch_open(struct batch *batch, const char *path, struct input_file *input);

/*
 * Makes the directory of -o DIR, unless it is there.  Returns false, having said why, if that fails.
 */
bool znn_batch_make_directory(const struct batch *batch);

/*
 * Notes that the file `path` failed, for a reason that was said: with --json it is told there, too.  Returns false.
 */
bool znn_batch_fail(struct batch *batch, const char *path);

/*
 * Opens the base of --base, unless there is none, or it is open.  Returns false, having said why, if that fails.
 */
bool znn_batch_open_base(struct batch *batch);

/*
 * Finds the base of --base, which is opened with the first file, or the one that the file remembers, which goes to
 * `own`, to be closed whatever happens.  `output` is where the output goes, or NULL.  Returns false, having said why,
 * if there is trouble with it.
 */
bool znn_batch_find_base(struct batch *batch, const struct input_file *input, const char *output,
                         struct base_chain *own, const struct base_chain **chain);

/*
 * Removes the source of a complete output, now or when nothing needs it any more.  `chain` is the base of the output.
 * An output of this run `is_fresh`, and still locked; of one that an earlier run has made, only path and status are
 * looked at.  Returns false, having said why, if the source is kept.
 */
bool znn_batch_remove_source(struct batch *batch, const struct base_chain *chain, const struct input_file *input,
                             const struct output_file *output, bool is_fresh);

/*
 * Fills *output in for an output of this batch at `path`, or standard output where that is NULL; it is to be opened.
 */
void znn_batch_output(struct batch *batch, const struct input_file *input, const char *path,
                      struct output_file *output);

/*
 * Takes an open input through the library to `output`, or to standard output where that is NULL, and removes the input
 * if --rm says so.  `extension` is stored when compressing; it may be NULL.  If `is_planned`, the output's name follows
 * from the input's, and -f does not replace the .znn file of another model.  Returns false, having said why, if it
 * failed: then there is no output, unless only the last step failed and the input is still there.
 */
bool znn_transfer(struct batch *batch, const struct input_file *input, const char *output, const char *extension,
                  bool is_planned);

#endif

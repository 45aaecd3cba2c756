/*
 * transfer.h - takes one file through the library: the common part of compress and decompress
 */
#ifndef ZNN_CLI_TRANSFER_TRANSFER_H
#define ZNN_CLI_TRANSFER_TRANSFER_H

#include "cli/family/family.h"
#include "cli/flags/operands.h"
#include "cli/input/base_chain.h"
#include "cli/output/needs.h"
#include "cli/output/orphans.h"
#include "cli/output/output_file.h"
#include "cli/say/json_writer.h"
#include "cli/show/overall.h"
#include "cli/show/totals.h"

/*
 * A source that is removed after all files.
 */
struct late {
    struct removal removal;
    bool is_base; /* part of the base, which stays if any file fails */
    bool is_done;
};

/*
 * The state that all files of a command share.
 */
struct batch {
    const struct settings *settings;
    enum direction direction;
    struct spared inputs; /* with -f, all inputs and `bases` */
    struct spared bases;  /* bases of earlier outputs whose sources were removed */
    struct written written;
    struct needs needs; /* with decompress -r --rm */
    size_t entry;       /* with -r, the number of the current file */
    struct orphans orphans;
    struct late *late; /* sources that are part of the base, or that a .znn file beside them needs */
    size_t late_count;
    struct totals totals;
    struct overall overall; /* for the progress of several files */
    struct json json;       /* with --json, the list of all files */
    enum znn_status status; /* the library's status for the current file */
    struct base_chain base; /* from --base, once it is open */
    const struct kin *kin;  /* with --related, the base of the current file, or NULL */
    const char *needing;    /* with -r, a file that needs the current output that exists already, or NULL */
    bool has_names_ahead;   /* other names of the current input come later */
    bool uses_stdout;
    bool failed; /* at least one file failed */
};

void znn_batch_start(struct batch *batch, const struct settings *settings, enum direction direction);

/*
 * Removes the sources that had to stay while others needed them.  Returns the number of sources that could not or must
 * not be removed, which is reported.
 */
size_t znn_batch_settle(struct batch *batch);

/*
 * Frees a batch, completes the output of --json, and returns the exit code.
 */
int znn_batch_end(struct batch *batch);

/*
 * Opens an input like znn_input_file_open().  A directory fails with a hint at -r.
 */
bool znn_batch_open(struct batch *batch, const char *path, struct input_file *input);

/*
 * Makes the directory of -o DIR unless it exists.  Returns false if this fails, which is reported.
 */
bool znn_batch_make_directory(const struct batch *batch);

/*
 * Records that the file `path` failed, after the reason was reported, and with --json writes its object.  Returns
 * false.
 */
bool znn_batch_fail(struct batch *batch, const char *path);

/*
 * Opens the base of --base, unless there is none or it is open.  Returns false if this fails, which is reported.
 */
bool znn_batch_open_base(struct batch *batch);

/*
 * Finds the base for a file: the base of --base, which is opened with the first file; or that of --related or the base
 * that the file stores, which goes to `own`.  Close `own` in any case.  `output` is the path of the output, or NULL.
 * Returns false if this fails, which is reported.
 */
bool znn_batch_find_base(struct batch *batch, const struct input_file *input, const char *output,
                         struct base_chain *own, const struct base_chain **chain);

/*
 * Removes the source of a complete output, now or when nothing needs it any more.  `chain` is the base of the output.
 * If the output `is_fresh`, it is from this run and still locked.  Of an output from an earlier run, only path and
 * status are used.  Returns false if the source is kept, which is reported.
 */
bool znn_batch_remove_source(struct batch *batch, const struct base_chain *chain, const struct input_file *input,
                             const struct output_file *output, bool is_fresh);

/*
 * Fills in *output for an output of this batch at `path`, or standard output if it is NULL.  The caller opens it.
 */
void znn_batch_output(struct batch *batch, const struct input_file *input, const char *path,
                      struct output_file *output);

/*
 * Takes an open input through the library to `output`, or to standard output if it is NULL, and removes the input with
 * --rm.  `extension` is stored when compressing, and may be NULL.  If `is_planned`, the output's name comes from the
 * input's, and -f does not replace the .znn file of another model.  Returns false if it failed, which is reported.  In
 * this case there is no output, unless only the last step failed and the input still exists.
 */
bool znn_transfer(struct batch *batch, const struct input_file *input, const char *output, const char *extension,
                  bool is_planned);

#endif

/*
 * excerpt.h - copies a part of an original from a .znn file to an output
 */
#ifndef ZNN_CLI_TENSORS_EXCERPT_H
#define ZNN_CLI_TENSORS_EXCERPT_H

#include "cli/input/base_chain.h"
#include "cli/input/input_file.h"
#include "cli/output/output_file.h"
#include "cli/show/progress.h"
#include "znn.h"

struct settings;

/*
 * A .znn file opened for random access.
 */
struct excerpt {
    struct input_file file;
    struct base_chain base;
    struct znn_reader *reader;
    struct progress progress; /* zeroed until it starts, so that nothing is shown */
    uint64_t copied;
};

/*
 * Opens `path`, or standard input for "-", and the base that `settings` names or the file stores.  Returns false if
 * this fails, which is reported; then there is nothing to close.
 */
bool znn_excerpt_open(struct excerpt *excerpt, const struct settings *settings, const char *path);

void znn_excerpt_close(struct excerpt *excerpt);

/*
 * Starts to show on the terminal how much of `size` bytes is copied.  `to_stdout` is as for znn_progress_start().
 */
void znn_excerpt_show_progress(struct excerpt *excerpt, uint64_t size, bool to_stdout);

/*
 * Returns true if the byte at `offset` can be read.  If not, the reason is reported.
 */
bool znn_excerpt_try(struct excerpt *excerpt, uint64_t offset);

/*
 * Appends `size` existing bytes of the original from `offset` on to `output`.  Returns false if this fails, which is
 * reported.
 */
bool znn_excerpt_copy(struct excerpt *excerpt, uint64_t offset, uint64_t size, struct output_file *output);

/*
 * Reads `size` existing bytes of the original from `offset` on into `data`.  Returns false if this fails, which is
 * reported.
 */
bool znn_excerpt_read(struct excerpt *excerpt, uint64_t offset, void *data, size_t size);

/*
 * Counts `size` more bytes as copied.
 */
void znn_excerpt_count(struct excerpt *excerpt, uint64_t size);

#endif

/*
 * excerpt.h - a part of an original, from a .znn file to an output
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
 * A .znn file that is open for random access.
 */
struct excerpt {
    struct input_file file;
    struct base_chain base;
    struct znn_reader *reader;
    struct progress progress; /* zeroed until it starts: nothing is shown */
    uint64_t copied;
};

/*
 * Opens `path`, or standard input for "-", and the base that `settings` names or it remembers.  Returns false, having
 * said why, if that fails; then there is nothing to close.
 */
bool znn_excerpt_open(struct excerpt *excerpt, const struct settings *settings, const char *path);

void znn_excerpt_close(struct excerpt *excerpt);

/*
 * Shows on the terminal, from now on, how much of `size` bytes was copied; `to_stdout` as for znn_progress_start().
 */
void znn_excerpt_show_progress(struct excerpt *excerpt, uint64_t size, bool to_stdout);

/*
 * Whether the byte at `offset` can be read; else says why not.
 */
bool znn_excerpt_try(struct excerpt *excerpt, uint64_t offset);

/*
 * Appends `size` bytes of the original from `offset` on, which are there, to `output`.  Returns false, having said why,
 * if that fails.
 */
bool znn_excerpt_copy(struct excerpt *excerpt, uint64_t offset, uint64_t size, struct output_file *output);

/*
 * Reads `size` bytes of the original from `offset` on, which are there, into `data`.  Returns false, having said why,
 * if that fails.
 */
bool znn_excerpt_read(struct excerpt *excerpt, uint64_t offset, void *data, size_t size);

/*
 * Shows that `size` more bytes were copied.
 */
void znn_excerpt_count(struct excerpt *excerpt, uint64_t size);

#endif

/*
 * progress.h - shows the progress of long work on one line of the terminal
 *
 *     model.safetensors: 4.21 GiB of 12.4 GiB -> 66.2 %, 3.10 GiB/s, ETA 0:02
 *     model.safetensors: 37.9 GiB of 9 x 12.4 GiB -> 43.0 %, 3.10 GiB/s, ETA 0:24
 *     (stdin): 4.21 GiB -> 66.2 %, 310 MiB/s
 *     3/12 model.safetensors: 4.21 GiB of 12.4 GiB -> 66.2 %, 3.10 GiB/s, ETA 0:02, of all 1:30
 *
 * The bytes are those of the input, the rate counts bytes of the original, and the share compares the .znn file with
 * the original so far.  The line appears after half a second, is redrawn at most ten times a second, and is wiped
 * before anything else is printed.  Pieces that do not fit into the width of the terminal are left out.  The line has
 * no colour.
 *
 * There is no line if standard error is not a terminal or is a dumb one (TERM), with -q, or if the data goes to
 * standard output without -v, because two programs of a pipeline would overwrite each other's lines.
 */
#ifndef ZNN_CLI_SHOW_PROGRESS_H
#define ZNN_CLI_SHOW_PROGRESS_H

#include "cli/show/overall.h"
#include "znn.h"

#include <stdbool.h>
#include <stddef.h>

struct progress {
    const char *name;
    const struct overall *overall; /* for several files, or NULL; set after the start */
    uint64_t total;                /* bytes of the input, or ZNN_SIZE_UNKNOWN */
    bool reads_original;           /* the input is the original, and not the .znn file */
    bool is_shown;                 /* there is a terminal to show it */
    bool is_drawn;
    unsigned passes; /* how often the input is read; 0 counts as one */
    struct {
        uint64_t original, compressed; /* finished bytes */
    } before, pass;                    /* in earlier passes, and in this one */
    uint64_t
        lead_time; /* when the first bytes were finished, and how many: the time before says nothing about the rate */
    uint64_t lead_done;
    bool has_lead;
    uint64_t start; /* see znn_clock_now() */
    uint64_t next;  /* nanoseconds after the start at which to draw the line */
};

/*
 * Starts the clock.  `name` must stay valid until the end.
 */
void znn_progress_start(struct progress *progress, const char *name, uint64_t total, bool reads_original,
                        bool to_stdout);

/*
 * Starts another pass over the input, for which the library counts from zero again.
 */
void znn_progress_next_pass(struct progress *progress);

/*
 * The callback for the library; `context` is the struct progress.  If only parts of an original are read, their
 * compressed size is unknown: `compressed_size` is ZNN_SIZE_UNKNOWN, and the share is left out.
 */
int znn_progress_tick(void *context, uint64_t original_size, uint64_t compressed_size);

/*
 * Wipes the line.  Returns the nanoseconds since the start.
 */
uint64_t znn_progress_end(struct progress *progress);

/*
 * Returns true if the terminal shows the result of each file even without -v.
 */
bool znn_progress_tells_results(bool to_stdout);

/*
 * Composes the line for `nanoseconds` after the start, in at most `width` columns, as text that ends in NUL.
 */
struct text;

void znn_progress_compose(struct text *line, const struct progress *progress, uint64_t original_size,
                          uint64_t compressed_size, uint64_t nanoseconds, size_t width);

#endif

/*
 * progress.h - how far a long piece of work has come, on one line of the terminal
 *
 *     model.safetensors: 4.21 GiB of 12.4 GiB -> 66.2 %, 3.10 GiB/s, ETA 0:02
 *     model.safetensors: 37.9 GiB of 9 x 12.4 GiB -> 43.0 %, 3.10 GiB/s, ETA 0:24
 *     (stdin): 4.21 GiB -> 66.2 %, 310 MiB/s
 *     3/12 model.safetensors: 4.21 GiB of 12.4 GiB -> 66.2 %, 3.10 GiB/s, ETA 0:02, of all 1:30
 *
 * Bytes are those of the input, the rate is that of the original's bytes, and the share is what the .znn file has of
 * the original so far.  The line comes half a second after the start, is drawn anew ten times a second at the most, and
 * is wiped before anything else is printed.  What the terminal is too narrow for is left out.  There is no colour in
 * it.
 *
 * There is none where standard error is no terminal or a dumb one (TERM), with -q, or where the bytes themselves go to
 * standard output, unless -v is given: two programs of a pipeline would write over each other.
 */
#ifndef ZNN_CLI_SHOW_PROGRESS_H
#define ZNN_CLI_SHOW_PROGRESS_H

#include "cli/show/overall.h"
#include "znn.h"

#include <stdbool.h>
#include <stddef.h>
#include <time.h>

struct progress {
    const char *name;
    const struct overall *overall; /* of several files, or NULL; set after the start */
    uint64_t total;                /* bytes of the input, or ZNN_SIZE_UNKNOWN */
    bool reads_original;           /* the input is the original, and not the .znn file */
    bool is_shown;                 /* there is a terminal for it */
    bool is_drawn;
    unsigned passes; /* the input is read so many times; 0 counts as one */
    struct {
        uint64_t original, compressed; /* bytes that are done */
    } before, pass;                    /* in the passes that are over, and in this one */
    uint64_t lead_time; /* when the first bytes were done, and how many: what came before says nothing of the rate */
    uint64_t lead_done;
    bool has_lead;
    struct timespec start;
    uint64_t next; /* nanoseconds after the start when the line is to be drawn */
};

/*
 * Starts the clock.  `name` must stay until the end.
 */
void znn_progress_start(struct progress *progress, const char *name, uint64_t total, bool reads_original,
                        bool to_stdout);

/*
 * The input is to be read once more, and what the library tells starts again from zero.
 */
void znn_progress_next_pass(struct progress *progress);

/*
 * What the library calls; `context` is the struct progress.  Where parts of an original are read, nobody knows what
 * they take of the .znn file: `compressed_size` is ZNN_SIZE_UNKNOWN then, and the share is left out.
 */
int znn_progress_tick(void *context, uint64_t original_size, uint64_t compressed_size);

/*
 * Wipes the line.  Returns the nanoseconds since the start.
 */
uint64_t znn_progress_end(struct progress *progress);

/*
 * True where what becomes of each file is told on the terminal, though nobody asked with -v.
 */
bool znn_progress_tells_results(bool to_stdout);

/*
 * The line for `nanoseconds` after the start, in `width` columns at the most, as text that ends in NUL.
 */
struct text;

void znn_progress_compose(struct text *line, const struct progress *progress, uint64_t original_size,
                          uint64_t compressed_size, uint64_t nanoseconds, size_t width);

#endif

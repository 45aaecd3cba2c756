/*
 * output_spool.h - makes the output to a pipe readable again
 *
 * Bytes of a .znn file may repeat earlier ones.  If neither the file nor the output can be read at any position, the
 * output is also written to an unlinked temporary file, up to a limit:
 *
 *     pipe ---> library ---> pipe
 *                  ^   |
 *                  |   +---> temporary file
 *                  +---------------+
 *
 * The library asks for this before it writes anything, and only for files that may have repeats.  For other files,
 * nothing is spooled.
 */
#ifndef ZNN_CLI_OUTPUT_OUTPUT_SPOOL_H
#define ZNN_CLI_OUTPUT_OUTPUT_SPOOL_H

#include <stdbool.h>
#include <stdint.h>

#include "znn.h"

struct output_spool {
    struct znn_output inner;
    int file; /* -1 if there is none */
    uint64_t size;
    uint64_t limit;
    int reason; /* errno of an error of the file, or 0 */
    bool asked; /* the library asked for a copy */
};

/*
 * Wraps `inner`, which has no write_at.  Call znn_output_spool_close() when done.
 */
void znn_output_spool_start(struct output_spool *spool, struct znn_output inner, uint64_t limit);

/*
 * Returns the output for the library.  Valid as long as `spool` stays in place.
 */
struct znn_output znn_output_spool_for_library(struct output_spool *spool);

/*
 * Returns true if spooling made the library fail, and reports the reason.  `name` is the input's name.
 */
bool znn_output_spool_explain(const struct output_spool *spool, const char *name);

void znn_output_spool_close(struct output_spool *spool);

#endif

/*
 * output_spool.h - an output that can be read again though it is a pipe
 *
 * A .znn file may say that bytes repeat earlier ones.  Where neither the file nor the output can be read at any place,
 * what goes out is also written to an unlinked temporary file, up to a limit:
 *
 *     pipe ---> library ---> pipe
 *                  ^   |
 *                  |   +---> temporary file
 *                  +---------------+
 *
 * The library asks for that before it writes anything, and only for files that may have repeats; for others, nothing
 * is spooled.
 */
#ifndef ZNN_CLI_OUTPUT_OUTPUT_SPOOL_H
#define ZNN_CLI_OUTPUT_OUTPUT_SPOOL_H

#include <stdbool.h>
#include <stdint.h>

#include "znn.h"

struct output_spool {
    struct znn_output inner;
    int file; /* -1: none */
    uint64_t size;
    uint64_t limit;
    int reason; /* errno of what went wrong with the file; 0 */
    bool asked; /* the library wanted a copy */
};

/*
 * Wraps `inner`, which has no write_at.  Close it in the end.
 */
void znn_output_spool_start(struct output_spool *spool, struct znn_output inner, uint64_t limit);

/*
 * The output for the library, good as long as `spool` stays where it is.
 */
struct znn_output znn_output_spool_for_library(struct output_spool *spool);

/*
 * Whether spooling is why the library failed; then that is said, `name` being the input's.
 */
bool znn_output_spool_explain(const struct output_spool *spool, const char *name);

void znn_output_spool_close(struct output_spool *spool);

#endif

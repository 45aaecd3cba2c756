/*
 * totals.h - what became of all files of a command with -r, in one line
 *
 *     models: 12 files, 13.3 GiB -> 8.82 GiB, 66.2 %, 3 skipped, 0 failed
 */
#ifndef ZNN_CLI_TOTALS_H
#define ZNN_CLI_TOTALS_H

#include "cli/operands.h"

#include <stddef.h>
#include <stdint.h>

struct totals {
    size_t files; /* with which all went well, and their bytes */
    uint64_t original_size;
    uint64_t compressed_size;
    size_t skipped;
    size_t failed;
};

/*
 * Prints the line, with what was read before what was made of it.
 */
void znn_totals_say(const struct totals *totals, const struct settings *settings, enum direction direction);

#endif

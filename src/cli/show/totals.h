/*
 * totals.h - prints the summary of all files of a command in one line
 *
 *     models: 12 files, 13.3 GiB -> 8.82 GiB, 66.2 %, 3 skipped, 0 failed
 *     models: 14 files (13 differences), 33.0 MiB -> 4.95 MiB, 15.0 %, 0 skipped, 0 failed
 *     models: would compress 12 files, 13.3 GiB, 3 skipped, 0 failed
 *     models: 1 file, 4 links, 1.20 GiB -> 812 MiB, 66.2 %, 11 up to date, 3 skipped, 0 failed
 */
#ifndef ZNN_CLI_SHOW_TOTALS_H
#define ZNN_CLI_SHOW_TOTALS_H

#include "cli/flags/operands.h"

#include <stddef.h>
#include <stdint.h>

struct totals {
    size_t files; /* successful files, and their bytes */
    uint64_t original_size;
    uint64_t compressed_size;
    size_t differences; /* of these files, those that have a base, when compressing */
    size_t links;       /* to other files of the command */
    size_t up_to_date;
    size_t skipped;
    size_t failed;
};

/*
 * Prints the line.  With -n, the line says what would be done, with the size before that after.
 */
void znn_totals_say(const struct totals *totals, const struct settings *settings, enum direction direction);

#endif

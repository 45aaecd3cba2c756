/*
 * units.h - formats sizes, counts and shares in few columns
 *
 *     6651080 bytes  ->  "6.34 MiB"      binary, as memory is counted
 *     3325440        ->  "3.33 M"        decimal, as parameters are
 *     66 of 100      ->  "66.0%"         the share that is left; "-" if the whole is 0
 *
 * The program never sets a locale, so the decimal point is always a point.
 */
#ifndef ZNN_CLI_SAY_UNITS_H
#define ZNN_CLI_SAY_UNITS_H

#include "cli/system/clock.h"

#include <stdint.h>

/*
 * Returned by value, for direct use: printf("%s", znn_size_figure(size).text).
 */
struct figure {
    char text[24];
};

struct figure znn_size_figure(uint64_t bytes);
struct figure znn_count_figure(uint64_t count);

/*
 * "3.10 GiB/s", "4.13 s" and, as on a clock, "1:02:03".  The time of a rate must not be 0.
 */
struct figure znn_rate_figure(uint64_t bytes, uint64_t nanoseconds);
struct figure znn_duration_figure(uint64_t nanoseconds);
struct figure znn_clock_figure(uint64_t nanoseconds);

/*
 * With one decimal or, if columns are scarce, without decimals and sign.
 */
struct figure znn_share_figure(uint64_t part, uint64_t whole);
struct figure znn_short_share_figure(uint64_t part, uint64_t whole);

#endif

/*
 * units.c - formats sizes, counts and shares in few columns
 */
#include "cli/say/units.h"

#include "cli/system/clock.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* Three significant digits and a unit. */
static struct figure scale(uint64_t number, double step, const char *const *units)
{
    struct figure figure;
    double value = (double)number;
    size_t unit = 0;
    while (value >= step && units[unit + 1]) {
        value /= step;
        unit++;
    }
    int decimals = unit == 0 || value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2;
    snprintf(figure.text, sizeof figure.text, "%.*f%s%s", decimals, value, *units[unit] ? " " : "", units[unit]);
    return figure;
}

struct figure znn_size_figure(uint64_t bytes)
{
    static const char *const units[] = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB", NULL};
    return scale(bytes, 1024, units);
}

struct figure znn_count_figure(uint64_t count)
{
    static const char *const units[] = {"", "K", "M", "G", "T", "P", "E", NULL};
    return scale(count, 1000, units);
}

struct figure znn_rate_figure(uint64_t bytes, uint64_t nanoseconds)
{
    double rate = (double)bytes / ((double)nanoseconds / 1e9);
    struct figure figure = znn_size_figure(rate < 1e18 ? (uint64_t)rate : UINT64_C(1000000000000000000));
    strcat(figure.text, "/s"); /* a size takes half of the space */
    return figure;
}

/* Above a minute and a half, seconds are hard to grasp. */
struct figure znn_duration_figure(uint64_t nanoseconds)
{
    struct figure figure;
    double seconds = (double)nanoseconds / 1e9;
    if (seconds >= 99.5)
        return znn_clock_figure(nanoseconds);
    int decimals = seconds < 0.995 ? 2 : seconds < 9.95 ? 1 : 0;
    snprintf(figure.text, sizeof figure.text, "%.*f s", decimals, seconds);
    return figure;
}

struct figure znn_clock_figure(uint64_t nanoseconds)
{
    struct figure figure;
    uint64_t seconds = nanoseconds / 1000000000 + (nanoseconds % 1000000000 >= 500000000);
    unsigned within = (unsigned)(seconds % 3600);
    if (seconds >= 3600)
        snprintf(figure.text, sizeof figure.text, "%" PRIu64 ":%02u:%02u", seconds / 3600, within / 60, within % 60);
    else
        snprintf(figure.text, sizeof figure.text, "%u:%02u", within / 60, within % 60);
    return figure;
}

/* A tiny tensor may take many times its size; above a point the exact figure does not matter. */
static struct figure share(uint64_t part, uint64_t whole, int decimals, const char *sign)
{
    struct figure figure = {"-"};
    if (whole == 0)
        return figure;
    double percent = 100.0 * (double)part / (double)whole;
    if (percent < 999.5)
        snprintf(figure.text, sizeof figure.text, "%.*f%s", decimals, percent, sign);
    else
        snprintf(figure.text, sizeof figure.text, ">999%s", sign);
    return figure;
}

struct figure znn_share_figure(uint64_t part, uint64_t whole)
{
    return share(part, whole, 1, "%");
}

struct figure znn_short_share_figure(uint64_t part, uint64_t whole)
{
    return share(part, whole, 0, "");
}

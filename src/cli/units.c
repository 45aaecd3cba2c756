/*
 * units.c - sizes, counts and shares in few columns
 */
#include "cli/units.h"

#include <stdio.h>

/* Three digits that count, and a unit. */
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

/* A tiny tensor may take many times its size; beyond a point nobody wants to know how many. */
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

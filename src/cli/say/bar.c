/*
 * bar.c - draws a bar of characters
 */
#include "cli/say/bar.h"

#include <string.h>

/* A cell of Unicode bars has eight steps. */
enum { STEPS = 8 };

static size_t to_steps(uint64_t bytes, uint64_t scale, size_t width)
{
    double steps = scale > 0 ? (double)bytes / (double)scale * (double)(width * STEPS) : 0;
    size_t limit = width * STEPS;
    size_t rounded = steps < (double)limit ? (size_t)(steps + 0.5) : limit;
    return rounded == 0 && bytes > 0 ? 1 : rounded;
}

static void append(struct bar *bar, const char *piece)
{
    memcpy(bar->text + strlen(bar->text), piece, strlen(piece) + 1);
}

struct bar znn_bar(uint64_t left, uint64_t size, uint64_t scale, size_t width, bool is_unicode)
{
    static const char *const parts[STEPS] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
    struct bar bar = {""};
    size_t full = to_steps(left, scale, width);
    size_t cells = (to_steps(size, scale, width) + STEPS - 1) / STEPS;
    size_t drawn = full / STEPS;
    for (size_t i = 0; i < drawn; i++)
        append(&bar, is_unicode ? "█" : "#");
    if (full % STEPS > 0) {
        bool is_shown = is_unicode || full % STEPS >= STEPS / 2 || drawn == 0;
        append(&bar, is_unicode ? parts[full % STEPS] : is_shown ? "#" : ".");
        drawn++;
    }
    for (; drawn < cells; drawn++)
        append(&bar, is_unicode ? "░" : ".");
    return bar;
}

/*
 * bar.h - a bar of characters
 *
 *     ██████████▍░░░░░        #######....
 *     what is left, and what compression saves, on one scale
 */
#ifndef ZNN_CLI_SAY_BAR_H
#define ZNN_CLI_SAY_BAR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The most cells that a bar has. */
#define BAR_MAX 60

struct bar {
    char text[BAR_MAX * 4 + 1];
};

/*
 * A bar for `size` bytes of which `left` are left, where `width` cells, BAR_MAX at the most, stand for `scale` bytes.
 * What is there at all is seen, if only as a sliver.
 */
struct bar znn_bar(uint64_t left, uint64_t size, uint64_t scale, size_t width, bool is_unicode);

#endif

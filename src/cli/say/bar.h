/*
 * bar.h - draws a bar of characters
 *
 *     ██████████▍░░░░░        #######....
 *     the compressed size, and the bytes saved, on one scale
 */
#ifndef ZNN_CLI_SAY_BAR_H
#define ZNN_CLI_SAY_BAR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The maximum number of cells in a bar. */
#define BAR_MAX 60

struct bar {
    char text[BAR_MAX * 4 + 1];
};

/*
 * Returns a bar for `size` bytes, of which `left` are left.  `width` cells, at most BAR_MAX, stand for `scale` bytes.
 * Anything above zero shows at least a sliver.
 */
struct bar znn_bar(uint64_t left, uint64_t size, uint64_t scale, size_t width, bool is_unicode);

#endif

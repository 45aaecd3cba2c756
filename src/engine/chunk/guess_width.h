/*
 * guess_width.h - how wide are the elements?
 *
 * znn looks at the bytes in blocks.  It counts the bytes of a block by their place modulo eight, and adds the counts up
 * modulo four, two and one.  The mean entropy of the places is the cost of a byte if the elements have that width.  One
 * block alone is a bad guide, because a few thousand bytes make poor statistics.  So znn chooses the widths of all
 * blocks together: the sequence of widths with the smallest sum of costs, in which each change of width has its price
 * (Viterbi's algorithm).
 */
#ifndef ZNN_ENGINE_CHUNK_GUESS_WIDTH_H
#define ZNN_ENGINE_CHUNK_GUESS_WIDTH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "codec/statistics.h"

#define GUESS_BLOCK 8192u
#define GUESS_BLOCKS_MAX 512u /* 4 MiB, the largest opaque chunk */

/* The number of possible widths.  Width number n is 1 << n bytes. */
#define GUESS_WIDTHS 4

struct guess_widths {
    uint8_t width[GUESS_BLOCKS_MAX]; /* of each block: 1 (opaque), 2, 4 or 8 */
    /* Working memory: */
    uint64_t cost[GUESS_WIDTHS];                  /* of the best sequence that ends with this width */
    uint8_t from[GUESS_BLOCKS_MAX][GUESS_WIDTHS]; /* the number of the width before, in that sequence */
};

/*
 * Counts the bytes of `data` by their place modulo `width`, which must be 1, 2, 4 or 8.  Ignores a rest shorter than 8
 * bytes.
 */
void znn_guess_count(struct statistics *places, unsigned width, const uint8_t *data, size_t size);

/*
 * Chooses the widths of `blocks` blocks of GUESS_BLOCK bytes.  The last block may be shorter.  `size` is the size of
 * all bytes.
 */
void znn_guess_widths(struct guess_widths *widths, const uint8_t *data, size_t size, size_t blocks);

#endif

/*
 * guess_width.h - how wide are the elements?
 *
 * Bytes are looked at in blocks.  In a block, bytes are counted by their place modulo eight, and added up modulo four,
 * two and one; the mean entropy of the places is what bytes would cost if the elements were that wide.  One block alone
 * decides badly, since a few thousand bytes make poor statistics, so the widths of all blocks are chosen together: the
 * row of widths with the least sum of costs, where each change of width has its price (Viterbi's algorithm).
 */
#ifndef ZNN_ENGINE_CHUNK_GUESS_WIDTH_H
#define ZNN_ENGINE_CHUNK_GUESS_WIDTH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "codec/statistics.h"

#define GUESS_BLOCK 8192u
#define GUESS_BLOCKS_MAX 512u /* 4 MiB, the largest opaque chunk */

/* The widths in question, by number: 1 << number bytes. */
#define GUESS_WIDTHS 4

struct guess_widths {
    uint8_t width[GUESS_BLOCKS_MAX]; /* of each block: 1 (opaque), 2, 4 or 8 */
    /* Working memory: */
    uint64_t cost[GUESS_WIDTHS];                  /* of the best row that ends with this width */
    uint8_t from[GUESS_BLOCKS_MAX][GUESS_WIDTHS]; /* the width before, in that row */
};

/*
 * Counts the bytes of `data` by their place modulo `width`, 1, 2, 4 or 8; a rest shorter than 8 bytes is left out.
 */
void znn_guess_count(struct statistics *places, unsigned width, const uint8_t *data, size_t size);

/*
 * Chooses the widths of `blocks` blocks of GUESS_BLOCK bytes; the last may have fewer, `size` says how many bytes there
 * are in all.
 */
void znn_guess_widths(struct guess_widths *widths, const uint8_t *data, size_t size, size_t blocks);

#endif

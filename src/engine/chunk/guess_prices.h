/*
 * guess_prices.h - what each byte of a row of numbers would cost
 *
 * Under a code made for a piece, a byte value costs by how rare it is at its place of the element.  The sum over some
 * bytes tells how well they fit in: below what they take as they are, they are of the piece; above, they only lie in
 * it.
 */
#ifndef ZNN_ENGINE_CHUNK_GUESS_PRICES_H
#define ZNN_ENGINE_CHUNK_GUESS_PRICES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/chunk/guess_pieces.h"

struct guess_prices {
    unsigned width;
    uint32_t byte[8][256]; /* in 1/ENTROPY_ONE bit, by place */
};

void znn_guess_prices(struct guess_prices *prices, const struct guess_piece *piece);

/*
 * Finds the first stretch of whole elements, at `start` or after it, which would better be stored as bytes than as
 * elements of the piece: a bias between two matrices, a header, a row of zeros.  Positions are counted as the piece's
 * start is, and `data` is at position 0.  False where there is none before `end`.
 */
bool znn_guess_island(const struct guess_prices *prices, const uint8_t *data, uint32_t start, uint32_t end,
                      uint32_t *island_start, uint32_t *island_end);

#endif

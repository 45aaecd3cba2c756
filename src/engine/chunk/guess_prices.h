/*
 * guess_prices.h - the cost of each byte in an array of numbers
 *
 * Under a code made for a piece, the cost of a byte value depends on how rare it is at its place of the element.  The
 * sum over some bytes shows how well they fit in.  If it is below their uncoded size, they belong to the piece.  If it
 * is above, they only lie within the piece.
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
 * Finds the first stretch of whole elements, at `start` or later, that is better stored as bytes than as elements of
 * the piece: a bias between two matrices, a header, a row of zeros.  `data` is at position 0, and the piece's `start`
 * counts from there, too.  Returns false if there is no such stretch before `end`.
 */
bool znn_guess_island(const struct guess_prices *prices, const uint8_t *data, uint32_t start, uint32_t end,
                      uint32_t *island_start, uint32_t *island_end);

#endif

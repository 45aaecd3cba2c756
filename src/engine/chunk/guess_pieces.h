/*
 * guess_pieces.h - where does one row of numbers end, and the next begin?
 *
 * Layers of one model differ in scale, and so in the statistics of their exponents: a code that serves two of them fits
 * neither.  But each piece that is cut off needs codes of its own, some hundred bytes of them.  Blocks come in from the
 * left, each a piece at first.  Then, of all neighbours, those two are joined that cost least together, compared with
 * what they cost apart, until every further one would cost more than its codes:
 *
 *     blocks   a a a a a a b b b c c c c c c c c
 *     pieces   |   a a   |b b|b|  c c  | c c c |       those that are most alike first
 *              |  a a a a a a | b b b | c c c c c c c c |
 *
 * Last, each border is moved from the block's edge to the element where it fits best.
 */
#ifndef ZNN_ENGINE_CHUNK_GUESS_PIECES_H
#define ZNN_ENGINE_CHUNK_GUESS_PIECES_H

#include <stddef.h>
#include <stdint.h>

#include "codec/statistics.h"

/* Pieces that are kept at a time: where there are more of them, the most alike are joined all the same. */
#define GUESS_PIECES_MAX 96

struct guess_piece {
    uint32_t start;              /* in bytes; it ends where the next one starts */
    unsigned width;              /* of an element: 1 (opaque), 2, 4 or 8 */
    unsigned lowest;             /* the place of an element whose bytes say least */
    uint64_t bits;               /* what it costs */
    uint64_t together;           /* what it costs together with the one before */
    int64_t joining;             /* what joining it to the one before saves, in bits */
    struct statistics places[8]; /* of the bytes at each place of an element */
};

/*
 * Working memory.
 */
struct guess_pieces {
    size_t count;
    uint8_t order[GUESS_PIECES_MAX]; /* the pieces, from left to right */
    uint8_t spare[GUESS_PIECES_MAX]; /* those not in use */
    uint32_t size;                   /* of the bytes */
    struct guess_piece items[GUESS_PIECES_MAX];
    struct guess_piece both;
};

/*
 * Finds the pieces of `size` bytes, given as blocks of GUESS_BLOCK bytes, whose elements are widths[i] bytes wide; the
 * last block goes on to the end.
 */
void znn_guess_pieces(struct guess_pieces *pieces, const uint8_t *data, uint32_t size, const uint8_t *widths,
                      size_t blocks);

static inline const struct guess_piece *guess_piece(const struct guess_pieces *pieces, size_t i)
{
    return &pieces->items[pieces->order[i]];
}

static inline uint32_t guess_piece_end(const struct guess_pieces *pieces, size_t i)
{
    return i + 1 < pieces->count ? guess_piece(pieces, i + 1)->start : pieces->size;
}

#endif

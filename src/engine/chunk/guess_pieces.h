/*
 * guess_pieces.h - where does one array of numbers end, and the next begin?
 *
 * Layers of one model differ in scale, and so in the statistics of their exponents: a code for two of them fits
 * neither.  But each separate piece needs its own codes, which take some hundred bytes.  znn goes through the blocks
 * from left to right and starts with a piece for each block.  Then it joins the two neighbours that save most when they
 * share codes, again and again, until every further join would cost more than the codes it saves:
 *
 *     blocks   a a a a a a b b b c c c c c c c c
 *     pieces   |   a a   |b b|b|  c c  | c c c |       those that are most alike first
 *              |  a a a a a a | b b b | c c c c c c c c |
 *
 * Last, znn moves each border from the edge of the block to the element where it fits best.
 */
#ifndef ZNN_ENGINE_CHUNK_GUESS_PIECES_H
#define ZNN_ENGINE_CHUNK_GUESS_PIECES_H

#include <stddef.h>
#include <stdint.h>

#include "codec/statistics.h"

/* The pieces that are kept at a time.  If there are more, znn joins the most similar ones even at a loss. */
#define GUESS_PIECES_MAX 96

struct guess_piece {
    uint32_t start;              /* in bytes; the piece ends where the next one starts */
    unsigned width;              /* of an element: 1 (opaque), 2, 4 or 8 */
    unsigned lowest;             /* the place in the element with the lowest entropy */
    uint64_t bits;               /* what the piece costs */
    uint64_t together;           /* what the piece costs together with the one before */
    int64_t joining;             /* the bits that joining it to the one before saves */
    struct statistics places[8]; /* of the bytes at each place of an element */
};

/*
 * Working memory.
 */
struct guess_pieces {
    size_t count;
    uint8_t order[GUESS_PIECES_MAX]; /* the pieces, from left to right */
    uint8_t spare[GUESS_PIECES_MAX]; /* the pieces not in use */
    uint32_t size;                   /* of all pieces, in bytes */
    struct guess_piece items[GUESS_PIECES_MAX];
    struct guess_piece both;
};

/*
 * Finds the pieces of `size` bytes.  Block i has GUESS_BLOCK bytes and elements of widths[i] bytes.  The last block
 * extends to the end.
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

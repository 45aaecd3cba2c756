/*
 * guess_pieces.c - where does one array of numbers end, and the next begin?
 *
 * A piece costs the entropy of the bytes at each place of its elements, and a code for each place where coding pays.
 * Joining two pieces costs the difference between their statistics (their Jensen-Shannon divergence) and saves codes.
 * znn weighs a pair of neighbours again only if one of the two has changed, so there are about three estimates for each
 * block.
 */
#include "engine/chunk/guess_pieces.h"

#include <string.h>

#include "engine/chunk/guess_prices.h"
#include "engine/chunk/guess_width.h"

/* The bits that a piece takes in the directory, and the bits that the code of one place takes in a frame. */
#define PIECE_BITS 200
#define CODE_BITS 700

/* The pieces have different widths or different places of lowest entropy, so they cannot be joined. */
#define NEVER INT64_MIN

/* Estimates the cost of the piece, and finds the place with the lowest entropy. */
static void estimate(struct guess_piece *piece)
{
    uint32_t least = UINT32_MAX;
    piece->bits = PIECE_BITS;
    for (unsigned place = 0; place < piece->width; place++) {
        const struct statistics *statistics = &piece->places[place];
        uint32_t entropy = znn_statistics_entropy(statistics);
        uint64_t raw = (uint64_t)8 * statistics->total;
        uint64_t coded = (uint64_t)entropy * statistics->total / ENTROPY_ONE + CODE_BITS;
        piece->bits += coded < raw ? coded : raw;
        if (entropy < least) {
            least = entropy;
            piece->lowest = place;
        }
    }
}

/* Joins the statistics of two neighbours.  Does not update the cost or the place with the lowest entropy. */
static void unite(struct guess_piece *both, const struct guess_piece *a, const struct guess_piece *b)
{
    both->start = a->start;
    both->width = a->width;
    both->lowest = a->lowest;
    both->joining = a->joining;
    for (unsigned place = 0; place < a->width; place++) {
        for (size_t v = 0; v < 256; v++)
            both->places[place].count[v] = a->places[place].count[v] + b->places[place].count[v];
        both->places[place].total = a->places[place].total + b->places[place].total;
    }
}

/* Estimates how much joining a piece to the one before saves. */
static void weigh(struct guess_pieces *pieces, size_t i)
{
    struct guess_piece *piece = &pieces->items[pieces->order[i]];
    piece->joining = NEVER;
    piece->together = 0;
    if (i == 0)
        return;
    const struct guess_piece *before = guess_piece(pieces, i - 1);
    if (before->width != piece->width || before->lowest != piece->lowest)
        return;
    if (piece->width == 1) { /* opaque bytes are always joined */
        piece->joining = INT64_MAX;
        return;
    }
    unite(&pieces->both, before, piece);
    estimate(&pieces->both);
    piece->together = pieces->both.bits;
    piece->joining = (int64_t)(before->bits + piece->bits) - (int64_t)piece->together;
}

static void join(struct guess_pieces *pieces, size_t i)
{
    struct guess_piece *before = &pieces->items[pieces->order[i - 1]];
    const struct guess_piece *piece = guess_piece(pieces, i);
    unite(before, before, piece);
    before->bits = piece->together;
    uint8_t freed = pieces->order[i];
    pieces->count--;
    memmove(pieces->order + i, pieces->order + i + 1, pieces->count - i);
    pieces->spare[pieces->count] = freed;
    weigh(pieces, i - 1);
    if (i < pieces->count)
        weigh(pieces, i);
}

/* Returns the piece that gains most by joining the one before it. */
static size_t find_best(const struct guess_pieces *pieces)
{
    size_t best = 0;
    for (size_t i = 1; i < pieces->count; i++)
        if (guess_piece(pieces, i)->joining > guess_piece(pieces, best)->joining)
            best = i;
    return best;
}

static void become_opaque(struct guess_piece *piece)
{
    for (unsigned place = 1; place < piece->width; place++) {
        for (size_t v = 0; v < 256; v++)
            piece->places[0].count[v] += piece->places[place].count[v];
        piece->places[0].total += piece->places[place].total;
    }
    piece->width = 1;
    estimate(piece);
}

/*
 * Makes room for one more piece.  If no two neighbours can be joined, such a mixture of widths promises little, and the
 * first two pieces become opaque.
 */
static void make_room(struct guess_pieces *pieces)
{
    size_t best = find_best(pieces);
    if (guess_piece(pieces, best)->joining == NEVER) {
        become_opaque(&pieces->items[pieces->order[0]]);
        become_opaque(&pieces->items[pieces->order[1]]);
        best = 1;
    }
    join(pieces, best);
}

static void add_block(struct guess_pieces *pieces, const uint8_t *data, uint32_t start, unsigned width)
{
    if (pieces->count == GUESS_PIECES_MAX)
        make_room(pieces);
    uint8_t slot = pieces->spare[pieces->count];
    struct guess_piece *piece = &pieces->items[slot];
    pieces->order[pieces->count++] = slot;
    piece->start = start;
    piece->width = width;
    znn_guess_count(piece->places, width, data + start, GUESS_BLOCK);
    estimate(piece);
    weigh(pieces, pieces->count - 1);
    if (piece->joining == INT64_MAX)
        join(pieces, pieces->count - 1);
}

/* ------------------------------------------------------------------------------------------------------------------ */
/* Borders                                                                                                            */
/* ------------------------------------------------------------------------------------------------------------------ */

/*
 * Moves the border between the pieces i - 1 and i by at most a block to either side.  At each element, `sum` is the
 * price of all bytes before it under the earlier piece, less their price under the later piece.
 */
static void move_border(struct guess_pieces *pieces, size_t i, const uint8_t *data)
{
    const struct guess_piece *before = guess_piece(pieces, i - 1);
    struct guess_piece *behind = &pieces->items[pieces->order[i]];
    uint32_t end = guess_piece_end(pieces, i);
    uint32_t from = behind->start - before->start > GUESS_BLOCK ? behind->start - GUESS_BLOCK : before->start;
    uint32_t to = end - behind->start > GUESS_BLOCK ? behind->start + GUESS_BLOCK : end;
    const struct guess_piece *wider = before->width > behind->width ? before : behind;
    struct guess_prices prices[2];
    znn_guess_prices(&prices[0], before);
    znn_guess_prices(&prices[1], behind);
    int64_t sum = 0;
    int64_t least = INT64_MAX;
    uint32_t masks[2] = {before->width - 1, behind->width - 1}; /* widths are powers of two */
    uint32_t step = wider->width;
    for (uint32_t at = from; at < to; at++) {
        if (((at - wider->lowest - 1) & (step - 1)) == 0 && sum < least) {
            least = sum;
            behind->start = at;
        }
        sum += prices[0].byte[at & masks[0]][data[at]];
        sum -= prices[1].byte[at & masks[1]][data[at]];
    }
}

void znn_guess_pieces(struct guess_pieces *pieces, const uint8_t *data, uint32_t size, const uint8_t *widths,
                      size_t blocks)
{
    pieces->count = 0;
    pieces->size = size;
    for (size_t i = 0; i < GUESS_PIECES_MAX; i++)
        pieces->spare[i] = (uint8_t)i;
    for (size_t i = 0; i < blocks; i++)
        add_block(pieces, data, (uint32_t)i * GUESS_BLOCK, widths[i]);
    for (size_t best = find_best(pieces); guess_piece(pieces, best)->joining >= 0; best = find_best(pieces))
        join(pieces, best);
    for (size_t i = 1; i < pieces->count; i++)
        move_border(pieces, i, data);
}

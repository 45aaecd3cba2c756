/*
 * guess.c - finds numbers in opaque bytes
 *
 * znn first chooses widths (guess_width.h), then finds pieces of one width and one kind (guess_pieces.h), and last
 * finds where the elements of a piece start.
 */
#include "engine/chunk/guess.h"

#include "model/dtype.h"

/*
 * Returns where elements start at `data`, modulo the width.  Usually the byte with the lowest entropy holds the
 * exponent and is the last one of an element, but if other bytes are all zero, it may be any.
 */
static unsigned find_phase(struct rotation_sample *sample, const uint8_t *data, size_t size,
                           const struct guess_piece *piece)
{
    unsigned width = piece->width;
    unsigned best = 0;
    uint64_t least = UINT64_MAX;
    for (unsigned i = 0; i < width; i++) {
        unsigned phase = (piece->lowest + 1 + width - piece->start % width + i) % width;
        uint64_t cost = znn_rotation_cost(sample, data + phase, (size - phase) / width, width, ROTATION_PURE);
        if (cost < least - least / 100) {
            least = cost;
            best = phase;
        }
    }
    return best;
}

/*
 * Adds the numbers from `start` to `end`.  Leaves bytes of another kind between them opaque, such as biases between
 * matrices, because rare values make the codes of all others longer.
 */
static bool add_numbers(struct guesser *guesser, const struct guess_piece *piece, const uint8_t *data, uint32_t start,
                        uint32_t end, enum sharing sharing, struct chunk_plan *guess)
{
    static const uint8_t dtypes[] = {[2] = DTYPE_F16, [4] = DTYPE_F32, [8] = DTYPE_F64};
    znn_guess_prices(&guesser->prices, piece);
    while (start < end) {
        uint32_t from = end;
        uint32_t to = end;
        if (!znn_guess_island(&guesser->prices, data, start, end, &from, &to))
            from = to = end;
        while (from > start) {
            uint32_t size = from - start <= CHUNK_NUMBERS + CHUNK_SLACK ? from - start : CHUNK_NUMBERS;
            if (!znn_chunk_plan_add(guess, size, dtypes[piece->width], sharing))
                return false;
            sharing = SHARING_GOES_ON;
            start += size;
        }
        if (to > from && !znn_chunk_plan_add(guess, to - from, DTYPE_BYTES, SHARING_NONE))
            return false;
        start = to;
    }
    return true;
}

/* Adds piece i to the plan. */
static bool add_piece(struct guesser *guesser, size_t i, const uint8_t *data, enum sharing sharing,
                      struct chunk_plan *guess)
{
    const struct guess_piece *piece = guess_piece(&guesser->pieces, i);
    uint32_t size = guess_piece_end(&guesser->pieces, i) - piece->start;
    if (size == 0)
        return true;
    if (piece->width == 1 || size < 2 * piece->width)
        return znn_chunk_plan_add(guess, size, DTYPE_BYTES, SHARING_NONE);
    uint32_t before = find_phase(&guesser->sample, data + piece->start, size, piece);
    uint32_t behind = (size - before) % piece->width;
    uint32_t start = piece->start + before;
    uint32_t end = piece->start + size - behind;
    return (before == 0 || znn_chunk_plan_add(guess, before, DTYPE_BYTES, SHARING_NONE)) &&
           add_numbers(guesser, piece, data, start, end, sharing, guess) &&
           (behind == 0 || znn_chunk_plan_add(guess, behind, DTYPE_BYTES, SHARING_NONE));
}

/* Divides an opaque piece of at most GUESS_BLOCKS_MAX blocks. */
static bool divide(struct guesser *guesser, const uint8_t *data, uint32_t size, struct chunk_plan *guess)
{
    struct guess_pieces *pieces = &guesser->pieces;
    uint32_t blocks = size / GUESS_BLOCK; /* a short rest belongs to the last block */
    bool seen[9] = {false};               /* whether an earlier piece has this width */
    znn_guess_widths(&guesser->widths, data, size, blocks);
    znn_guess_pieces(pieces, data, size, guesser->widths.width, blocks);
    for (size_t i = 0; i < pieces->count; i++) {
        unsigned width = guess_piece(pieces, i)->width;
        if (!add_piece(guesser, i, data, seen[width] ? SHARING_MAY_GO_ON : SHARING_NONE, guess))
            return false;
        guesser->found = guesser->found || width > 1;
        guesser->may_go_on = guesser->may_go_on || (width > 1 && seen[width]);
        seen[width] = true;
    }
    return true;
}

bool znn_guess_numbers(struct guesser *guesser, const struct chunk_plan *plan, const uint8_t *data,
                       struct chunk_plan *guess)
{
    guess->offset = plan->offset;
    guess->size = 0;
    guess->count = 0;
    guesser->found = false;
    guesser->may_go_on = false;
    for (size_t i = 0; i < plan->count; i++) {
        const struct piece *piece = &plan->pieces[i];
        bool looked_at = piece->dtype == DTYPE_BYTES && piece->size >= 2 * GUESS_BLOCK &&
                         piece->size / GUESS_BLOCK <= GUESS_BLOCKS_MAX;
        if (looked_at ? !divide(guesser, data, piece->size, guess) : !znn_chunk_plan_add_piece(guess, piece))
            return false;
        guess->pieces[guess->count - 1].rounded = piece->rounded; /* an opaque piece never is */
        data += piece->size;
    }
    guesser->found = guesser->found && guess->count <= CHUNK_PIECES; /* a layout has no more segments */
    return true;
}

/*
 * guess.c - opaque bytes that are really numbers
 *
 * When the widths are known, neighbouring blocks of the same width that look alike become one piece.  Layers of one
 * model differ in scale: where a block is so unlike the piece it would go on that tables of its own would cost less
 * than sharing does, a new piece starts.  So it does where the bytes that say least, the exponents', have moved to
 * another place, because something of odd length came between.
 */
#include "engine/guess.h"

/* Bits that further tables cost: what a part takes in the directory, and for each place of an element. */
#define TABLES_BITS 600
#define TABLE_BITS 400

/* A piece, or a block that is to join it. */
struct look {
    unsigned width;
    unsigned lowest;             /* the place of the lowest entropy */
    struct statistics places[8]; /* `width` of them */
};

static uint64_t bits(const struct statistics *statistics)
{
    return (uint64_t)znn_statistics_entropy(statistics) * statistics->total / ENTROPY_ONE;
}

static void look_at(struct look *look, unsigned width, const uint8_t *data, size_t size)
{
    look->width = width;
    look->lowest = 0;
    znn_guess_count(look->places, width, data, size);
    for (unsigned place = 1; place < width; place++)
        if (bits(&look->places[place]) < bits(&look->places[look->lowest]))
            look->lowest = place;
}

/* Adds `block` to `piece`, unless it looks different, or tables of its own would cost it less. */
static bool joins(struct look *piece, const struct look *block)
{
    if (block->width != piece->width || block->lowest != piece->lowest)
        return false;
    struct look both = *piece;
    uint64_t together = 0;
    uint64_t apart = TABLES_BITS + TABLE_BITS * (uint64_t)block->width;
    for (unsigned place = 0; place < block->width; place++) {
        for (size_t v = 0; v < 256; v++)
            both.places[place].count[v] += block->places[place].count[v];
        both.places[place].total += block->places[place].total;
        together += bits(&both.places[place]);
        apart += bits(&piece->places[place]) + bits(&block->places[place]);
    }
    if (block->width > 1 && together > apart)
        return false;
    *piece = both;
    return true;
}

/*
 * Where, modulo the width, elements start at `data`.  The byte that says least is mostly the last one, with the
 * exponent; but where others are all zero, it may be any.
 */
static unsigned find_phase(struct rotation_sample *sample, const uint8_t *data, size_t size, const struct look *look)
{
    unsigned width = look->width;
    unsigned best = 0;
    uint64_t least = UINT64_MAX;
    for (unsigned i = 0; i < width; i++) {
        unsigned phase = (look->lowest + 1 + i) % width;
        uint64_t cost = znn_rotation_cost(sample, data + phase, (size - phase) / width, width, ROTATION_PURE);
        if (cost < least - least / 100) {
            least = cost;
            best = phase;
        }
    }
    return best;
}

static bool add_piece(struct guesser *guesser, const struct look *look, const uint8_t *data, uint32_t size,
                      struct chunk_plan *guess)
{
    static const uint8_t dtypes[] = {[2] = DTYPE_F16, [4] = DTYPE_F32, [8] = DTYPE_F64};
    if (size == 0)
        return true;
    if (look->width == 1 || size < 2 * look->width)
        return znn_chunk_plan_add(guess, size, DTYPE_BYTES, false);
    uint32_t before = find_phase(&guesser->sample, data, size, look);
    uint32_t behind = (size - before) % look->width;
    return (before == 0 || znn_chunk_plan_add(guess, before, DTYPE_BYTES, false)) &&
           znn_chunk_plan_add(guess, size - before - behind, dtypes[look->width], false) &&
           (behind == 0 || znn_chunk_plan_add(guess, behind, DTYPE_BYTES, false));
}

/* Divides an opaque piece, at most as large as there is room for widths. */
static bool divide(struct guesser *guesser, const uint8_t *data, uint32_t size, struct chunk_plan *guess, bool *found)
{
    uint32_t blocks = size / GUESS_BLOCK; /* a short rest goes with what came before it */
    uint32_t start = 0;
    struct look piece = {.width = 1};
    znn_guess_widths(&guesser->widths, data, size, blocks);
    for (uint32_t i = 0; i < blocks; i++) {
        struct look block;
        look_at(&block, guesser->widths.width[i], data + i * GUESS_BLOCK, GUESS_BLOCK);
        *found = *found || block.width > 1;
        if (joins(&piece, &block))
            continue;
        if (!add_piece(guesser, &piece, data + start, i * GUESS_BLOCK - start, guess))
            return false;
        start = i * GUESS_BLOCK;
        piece = block;
    }
    return add_piece(guesser, &piece, data + start, size - start, guess);
}

bool znn_guess_numbers(struct guesser *guesser, const struct chunk_plan *plan, const uint8_t *data,
                       struct chunk_plan *guess, bool *found)
{
    guess->offset = plan->offset;
    guess->size = 0;
    guess->count = 0;
    *found = false;
    for (size_t i = 0; i < plan->count; i++) {
        const struct piece *piece = &plan->pieces[i];
        bool looked_at = piece->dtype == DTYPE_BYTES && piece->size >= 2 * GUESS_BLOCK &&
                         piece->size / GUESS_BLOCK <= GUESS_BLOCKS_MAX;
        if (looked_at ? !divide(guesser, data, piece->size, guess, found)
                      : !znn_chunk_plan_add(guess, piece->size, piece->dtype, piece->small))
            return false;
        data += piece->size;
    }
    *found = *found && guess->count <= CHUNK_PIECES; /* a layout has not more segments than that */
    return true;
}

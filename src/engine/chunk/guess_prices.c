/*
 * guess_prices.c - what each byte of a row of numbers would cost
 */
#include "engine/chunk/guess_prices.h"

/* What a stretch must cost more than its bytes, in 1/ENTROPY_ONE bit: two more segments, and to be believed. */
#define ISLAND_EXCESS ((int64_t)96 * ENTROPY_ONE)

void znn_guess_prices(struct guess_prices *prices, const struct guess_piece *piece)
{
    prices->width = piece->width;
    for (unsigned place = 0; place < piece->width; place++) {
        const struct statistics *statistics = &piece->places[place];
        uint32_t whole = znn_log2(statistics->total + 256); /* each value counts for one more than was seen */
        for (size_t v = 0; v < 256; v++)
            prices->byte[place][v] = whole - znn_log2(statistics->count[v] + 1);
    }
}

/* The best so far. */
struct island {
    uint32_t start, end;
};

/*
 * What each element costs more than its bytes is summed up.  The sum starts anew wherever it is negative; an island
 * begins there, and ends at the maximum, once the sum has fallen so far below it that what follows would be no loss to
 * the piece.  `width` is a constant where this is called.
 */
static inline bool find(const struct guess_prices *prices, const uint8_t *data, uint32_t start, uint32_t end,
                        unsigned width, struct island *island)
{
    const uint32_t(*byte[8])[256];
    for (unsigned i = 0; i < width; i++)
        byte[i] = &prices->byte[(start + i) % width];
    int64_t sum = 0;
    int64_t most = 0;
    *island = (struct island){start, start};
    for (uint32_t at = start; at + width <= end; at += width) {
        uint32_t price = 0;
        for (unsigned i = 0; i < width; i++)
            price += (*byte[i])[data[at + i]];
        sum += (int64_t)price - (int64_t)8 * ENTROPY_ONE * width;
        if (sum > most) {
            most = sum;
            island->end = at + width;
        } else if (sum < 0 || sum < most - ISLAND_EXCESS) {
            if (most >= ISLAND_EXCESS)
                break;
            if (sum < 0) {
                sum = most = 0;
                *island = (struct island){at + width, at + width};
            }
        }
    }
    return most >= ISLAND_EXCESS;
}

bool znn_guess_island(const struct guess_prices *prices, const uint8_t *data, uint32_t start, uint32_t end,
                      uint32_t *island_start, uint32_t *island_end)
{
    struct island island;
    bool found = prices->width == 2   ? find(prices, data, start, end, 2, &island)
                 : prices->width == 4 ? find(prices, data, start, end, 4, &island)
                                      : find(prices, data, start, end, 8, &island);
    *island_start = island.start;
    *island_end = island.end;
    return found;
}

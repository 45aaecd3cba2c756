/*
 * guess_prices.c - the cost of each byte in an array of numbers
 */
#include "engine/chunk/guess_prices.h"

/* An island must save this much in 1/ENTROPY_ONE bit.  It takes two more segments, and may be noise. */
#define ISLAND_EXCESS ((int64_t)96 * ENTROPY_ONE)

void znn_guess_prices(struct guess_prices *prices, const struct guess_piece *piece)
{
    prices->width = piece->width;
    for (unsigned place = 0; place < piece->width; place++) {
        const struct statistics *statistics = &piece->places[place];
        uint32_t whole = znn_log2(statistics->total + 256); /* each value counts as one more than was seen */
        for (size_t v = 0; v < 256; v++)
            prices->byte[place][v] = whole - znn_log2(statistics->count[v] + 1);
    }
}

/* The best stretch so far. */
struct island {
    uint32_t start, end;
};

/*
 * Sums up the excess of each element: its cost less its uncoded size.  If the sum becomes negative, it restarts at 0,
 * and an island begins.  The island ends where the sum has its maximum.  The search stops when the sum has fallen far
 * enough below the maximum that coding the next elements costs the piece nothing.  All callers pass a constant `width`.
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

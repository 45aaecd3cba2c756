/*
 * guess_prices.c - what each byte of a row of numbers would cost
 */
#include "engine/guess_prices.h"

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

/* How much more the element at `at` costs than its bytes take. */
static int64_t excess(const struct guess_prices *prices, const uint8_t *data, uint32_t at)
{
    uint32_t sum = 0;
    for (unsigned i = 0; i < prices->width; i++)
        sum += prices->byte[(at + i) & (prices->width - 1)][data[at + i]]; /* widths are powers of two */
    return (int64_t)sum - (int64_t)8 * ENTROPY_ONE * prices->width;
}

/*
 * The sum of the excess starts anew wherever it is negative; an island begins there, and ends at the maximum, once the
 * sum has fallen so far below it that what follows would be no loss to the piece.
 */
bool znn_guess_island(const struct guess_prices *prices, const uint8_t *data, uint32_t start, uint32_t end,
                      uint32_t *island_start, uint32_t *island_end)
{
    int64_t sum = 0;
    int64_t most = 0;
    *island_start = *island_end = start;
    for (uint32_t at = start; at + prices->width <= end; at += prices->width) {
        sum += excess(prices, data, at);
        if (sum > most) {
            most = sum;
            *island_end = at + prices->width;
        } else if (most >= ISLAND_EXCESS && sum < most - ISLAND_EXCESS) {
            return true;
        } else if (sum < 0) {
            if (most >= ISLAND_EXCESS)
                return true;
            sum = most = 0;
            *island_start = *island_end = at + prices->width;
        }
    }
    return most >= ISLAND_EXCESS;
}

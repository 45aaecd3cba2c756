/*
 * guess_width.c - how wide are the elements?
 */
#include "engine/chunk/guess_width.h"

/* Numbers must save this much of each byte, because the full compressor often beats the entropy of bytes. */
#define GAIN_NUMBERS (ENTROPY_ONE / 8)

/* Each doubling of the width must save this much more, because the entropy of fewer bytes seems lower. */
#define GAIN_WIDER (ENTROPY_ONE / 16)

/* A change of width must save this much, in 1/ENTROPY_ONE bit.  It takes tables of its own, and may be noise. */
#define PRICE_OF_CHANGE (UINT64_C(3000) * ENTROPY_ONE)

static void add(struct statistics *sum, const struct statistics *other)
{
    for (size_t v = 0; v < 256; v++)
        sum->count[v] += other->count[v];
    sum->total += other->total;
}

/* All callers pass a constant `width`. */
static inline void count(struct statistics *places, unsigned width, const uint8_t *data, size_t size)
{
    for (unsigned place = 0; place < width; place++)
        places[place] = (struct statistics){.total = (uint32_t)(size / 8 * 8 / width)};
    for (size_t i = 0; i + 8 <= size; i += 8)
        for (unsigned place = 0; place < 8; place++)
            places[place % width].count[data[i + place]]++;
}

void znn_guess_count(struct statistics *places, unsigned width, const uint8_t *data, size_t size)
{
    switch (width) {
    case 1:
        count(places, 1, data, size);
        break;
    case 2:
        count(places, 2, data, size);
        break;
    case 4:
        count(places, 4, data, size);
        break;
    default:
        count(places, 8, data, size);
        break;
    }
}

/* Estimates the cost of a block under each width. */
static void block_costs(const uint8_t *data, size_t size, uint64_t costs[GUESS_WIDTHS])
{
    struct statistics places[8];
    znn_guess_count(places, 8, data, size);
    for (unsigned number = GUESS_WIDTHS; number-- > 0;) {
        unsigned width = 1u << number;
        uint64_t sum = 0;
        for (unsigned place = 0; place < width; place++)
            sum += (uint64_t)znn_statistics_entropy(&places[place]) * places[place].total;
        costs[number] = sum + (uint64_t)number * GAIN_WIDER * size;
        for (unsigned place = 0; place < width / 2; place++)
            add(&places[place], &places[place + width / 2]);
    }
    uint64_t head_start = (uint64_t)GAIN_NUMBERS * size;
    costs[0] = costs[0] > head_start ? costs[0] - head_start : 0;
}

/* Extends the best sequences by one block. */
static void extend(struct guess_widths *widths, size_t block, const uint64_t costs[GUESS_WIDTHS])
{
    unsigned best = 0;
    for (unsigned number = 1; number < GUESS_WIDTHS; number++)
        if (widths->cost[number] < widths->cost[best])
            best = number;
    uint64_t changed = widths->cost[best] + PRICE_OF_CHANGE;
    for (unsigned number = 0; number < GUESS_WIDTHS; number++) {
        bool stays = widths->cost[number] <= changed;
        widths->from[block][number] = (uint8_t)(stays ? number : best);
        widths->cost[number] = (stays ? widths->cost[number] : changed) + costs[number];
    }
}

void znn_guess_widths(struct guess_widths *widths, const uint8_t *data, size_t size, size_t blocks)
{
    for (unsigned number = 0; number < GUESS_WIDTHS; number++)
        widths->cost[number] = 0;
    for (size_t block = 0; block < blocks; block++) {
        size_t start = block * GUESS_BLOCK;
        size_t length = size - start < GUESS_BLOCK ? size - start : GUESS_BLOCK;
        uint64_t costs[GUESS_WIDTHS];
        block_costs(data + start, length, costs);
        extend(widths, block, costs);
    }
    unsigned number = 0;
    for (unsigned other = 1; other < GUESS_WIDTHS; other++)
        if (widths->cost[other] < widths->cost[number])
            number = other;
    for (size_t block = blocks; block-- > 0;) {
        widths->width[block] = (uint8_t)(1u << number);
        number = widths->from[block][number];
    }
}

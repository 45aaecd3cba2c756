/*
 * histogram.c - counting bytes, two at a time
 */
#include "codec/histogram.h"

#include "base/endian.h"

/* The 16-bit counters are summed after this many bytes: even if all pairs are the same, no counter reaches 2^16. */
#define STRETCH ((size_t)1 << 17)

/* Below this, looking through the pair table costs more than it saves. */
#define WORTH_PAIRS ((size_t)1 << 14)

static void count_bytes(const uint8_t *data, size_t size, uint32_t counts[256])
{
    uint32_t table[4][256] = {{0}};
    size_t i = 0;
    for (; i + 4 <= size; i += 4)
        for (size_t k = 0; k < 4; k++)
            table[k][data[i + k]]++;
    for (; i < size; i++)
        table[0][data[i]]++;
    for (size_t b = 0; b < 256; b++)
        counts[b] += table[0][b] + table[1][b] + table[2][b] + table[3][b];
}

/*
 * Adds a row of both tables to `counts` and clears it.  `high` is the byte that all pairs of the row have in common.
 */
static void sum_row(uint16_t *even, uint16_t *odd, size_t high, uint32_t counts[256])
{
    unsigned touched = 0;
    for (size_t low = 0; low < 256; low++)
        touched |= even[low] | odd[low];
    if (!touched)
        return;
    uint32_t total = 0;
    for (size_t low = 0; low < 256; low++) {
        uint32_t count = (uint32_t)even[low] + odd[low];
        counts[low] += count;
        total += count;
    }
    counts[high] += total;
    memset(even, 0, 256 * sizeof *even);
    memset(odd, 0, 256 * sizeof *odd);
}

/*
 * `size` is a multiple of 8 and at most STRETCH.
 */
static void count_pairs(struct histogram_room *room, const uint8_t *data, size_t size, uint32_t counts[256])
{
    uint16_t *even = room->pairs[0], *odd = room->pairs[1];
    for (const uint8_t *end = data + size; data != end; data += 8) {
        uint64_t word = load_word64(data);
        even[word & 0xffff]++;
        odd[word >> 16 & 0xffff]++;
        even[word >> 32 & 0xffff]++;
        odd[word >> 48]++;
    }
    for (size_t high = 0; high < 256; high++)
        sum_row(even + 256 * high, odd + 256 * high, high, counts);
}

void znn_histogram(struct histogram_room *room, const uint8_t *data, size_t size, uint32_t counts[256])
{
    memset(counts, 0, 256 * sizeof *counts);
    while (size >= WORTH_PAIRS) {
        size_t part = size < STRETCH ? size & ~(size_t)7 : STRETCH;
        count_pairs(room, data, part, counts);
        data += part;
        size -= part;
    }
    count_bytes(data, size, counts);
}

/*
 * histogram.c - counts bytes, two at a time
 */
#include "codec/histogram.h"

#include <stdbool.h>

#include "codec/kernels.h"
#include "codec/x86/histogram_avx512.h"
#include "common/endian.h"

/* The 16-bit counters are summed after this many bytes, so no counter reaches 2^16 even if all pairs are equal. */
#define STRETCH ((size_t)1 << 17)

/* Below this size, reading the pair table costs more than it saves. */
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
 * Adds a row of both tables to `counts` and clears the row.  All pairs of the row share the byte `high`.
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

/*
 * Returns true if a sample has too many distinct values.  The counters of their pairs would then fill much of the table
 * and not fit into the fastest cache.
 */
static bool is_wide(const uint8_t *data, size_t size)
{
    const size_t samples = 512, many = 32;
    bool seen[256] = {false};
    size_t values = 0;
    for (size_t i = 0; i < samples; i++) {
        uint8_t value = data[i * (size / samples)];
        values += !seen[value];
        seen[value] = true;
    }
    return values >= many;
}

/* A sample: so many runs of 8 bytes. */
#define RUNS 64

static void count_sample(const uint8_t *data, size_t size, uint32_t counts[256])
{
    for (size_t run = 0; run < RUNS; run++)
        for (size_t i = 0; i < 8; i++)
            counts[data[run * (size / RUNS) + i]]++;
}

/*
 * Searches the counts of a sample for `width` consecutive values that cover all but one in `rare` bytes.  Returns true
 * and sets *first to the start of the range if there is one.
 */
static bool find_range(const uint32_t counts[256], unsigned width, unsigned rare, uint8_t *first)
{
    uint32_t inside = 0, most = 0;
    for (unsigned value = 0; value < 256; value++) {
        inside += counts[value];
        if (value >= width)
            inside -= counts[value - width];
        if (value >= width - 1 && inside > most) {
            most = inside;
            *first = (uint8_t)(value - (width - 1));
        }
    }
    return most >= RUNS * 8 - RUNS * 8 / rare;
}

/*
 * Counts with the vector kernel if it suits the data.  Returns the number of bytes counted: 0 or `size`.
 */
static size_t count_vectors(const uint8_t *data, size_t size, uint32_t counts[256])
{
    uint8_t first;
    uint32_t sample[256] = {0};
    const struct codec_kernels *kernels = znn_codec_kernels();
    if (!kernels->histogram)
        return 0;
    count_sample(data, size, sample);
    unsigned ranges = find_range(sample, HISTOGRAM_RANGE, 128, &first)      ? 1
                      : find_range(sample, 2 * HISTOGRAM_RANGE, 32, &first) ? 2
                                                                            : 0;
    if (ranges == 0)
        return 0;
    kernels->histogram(data, size, first, ranges, counts);
    return size;
}

void znn_histogram(struct histogram_room *room, const uint8_t *data, size_t size, uint32_t counts[256])
{
    memset(counts, 0, 256 * sizeof *counts);
    size_t done = size >= WORTH_PAIRS ? count_vectors(data, size, counts) : 0;
    data += done;
    size -= done;
    bool by_pairs = size >= WORTH_PAIRS && !is_wide(data, size);
    while (by_pairs && size >= WORTH_PAIRS) {
        size_t part = size < STRETCH ? size & ~(size_t)7 : STRETCH;
        count_pairs(room, data, part, counts);
        data += part;
        size -= part;
    }
    count_bytes(data, size, counts);
}

/*
 * statistics.c - what a group's byte counts say about its size
 */
#include "codec/statistics.h"

#include <stdlib.h>

/* Runs as short as this meet many places of a group, and still use what a cache line brings along. */
#define SAMPLE_RUN 64

/*
 * Equal neighbours would make each increment wait for the one before it to be stored; four tables, used in turn, keep
 * them apart.
 */
static void count_run(uint32_t table[4][256], const uint8_t *data, size_t size)
{
    size_t i = 0;
    for (; i + 4 <= size; i += 4) {
        table[0][data[i]]++;
        table[1][data[i + 1]]++;
        table[2][data[i + 2]]++;
        table[3][data[i + 3]]++;
    }
    for (; i < size; i++)
        table[0][data[i]]++;
}

static void add_up(struct statistics *statistics, uint32_t table[4][256])
{
    statistics->total = 0;
    for (size_t v = 0; v < 256; v++) {
        statistics->count[v] = table[0][v] + table[1][v] + table[2][v] + table[3][v];
        statistics->total += statistics->count[v];
    }
}

void znn_statistics_count(struct statistics *statistics, const uint8_t *data, size_t size)
{
    uint32_t table[4][256] = {{0}};
    count_run(table, data, size);
    add_up(statistics, table);
}

void znn_statistics_sample(struct statistics *statistics, const uint8_t *data, size_t size, size_t samples)
{
    if (size <= samples || size < 2 * SAMPLE_RUN) {
        znn_statistics_count(statistics, data, size);
        return;
    }
    uint32_t table[4][256] = {{0}};
    size_t runs = samples / SAMPLE_RUN;
    size_t last = size - SAMPLE_RUN;
    for (size_t i = 0; i < runs; i++) {
        size_t start = runs > 1 ? (size_t)((uint64_t)last * i / (runs - 1)) : 0;
        count_run(table, data + start, SAMPLE_RUN);
    }
    add_up(statistics, table);
}

uint32_t znn_log2(uint32_t x)
{
    uint32_t whole = 0;
    while (x >> whole > 1)
        whole++;
    uint64_t mantissa = (uint64_t)x << (31 - whole); /* 1 <= mantissa / 2^31 < 2 */
    uint32_t fraction = 0;
    for (uint32_t bit = ENTROPY_ONE / 2; bit; bit /= 2) { /* squaring doubles the logarithm: its next bit shows */
        mantissa = mantissa * mantissa >> 31;
        if (mantissa >> 32) {
            mantissa >>= 1;
            fraction |= bit;
        }
    }
    return whole * ENTROPY_ONE + fraction;
}

/* Bits per byte from the bits in all, corrected and capped. */
static uint32_t per_byte(uint64_t bits, unsigned values, uint64_t total)
{
    const uint64_t half_over_ln2 = 47274; /* 1 / (2 ln 2), in 1/65536 */
    uint64_t average = (bits + (values - 1) * half_over_ln2) / total;
    return average < 8 * ENTROPY_ONE ? (uint32_t)average : 8 * ENTROPY_ONE;
}

uint32_t znn_statistics_entropy(const struct statistics *statistics)
{
    if (statistics->total == 0)
        return 0;
    uint64_t whole = znn_log2(statistics->total);
    uint64_t bits = 0;
    unsigned values = 0;
    for (size_t v = 0; v < 256; v++) {
        uint32_t count = statistics->count[v];
        if (count == 0)
            continue;
        bits += count * (whole - znn_log2(count));
        values++;
    }
    return per_byte(bits, values, statistics->total);
}

static int compare_counts(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a;
    uint32_t y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

/* The smaller of the next leaf and the next node: both rows are ascending. */
static uint64_t take_least(const uint32_t **leaf, const uint32_t *leaf_end, const uint64_t **node,
                           const uint64_t *node_end)
{
    if (*node == node_end || (*leaf < leaf_end && **leaf <= **node))
        return *(*leaf)++;
    return *(*node)++;
}

uint32_t znn_statistics_huffman(const struct statistics *statistics)
{
    uint32_t leaves[256];
    uint64_t nodes[256];
    unsigned values = 0;
    for (size_t v = 0; v < 256; v++)
        if (statistics->count[v] > 0)
            leaves[values++] = statistics->count[v];
    if (values < 2)
        return 0;
    qsort(leaves, values, sizeof *leaves, compare_counts);

    /* Huffman's algorithm; each node adds one bit to all that is below it, so the bits in all are the sum of nodes. */
    uint64_t bits = 0;
    const uint32_t *leaf = leaves;
    const uint64_t *node = nodes;
    for (unsigned made = 0; made + 1 < values; made++) {
        uint64_t first = take_least(&leaf, leaves + values, &node, nodes + made);
        nodes[made] = first + take_least(&leaf, leaves + values, &node, nodes + made);
        bits += nodes[made];
    }
    return per_byte(bits * ENTROPY_ONE, values, statistics->total);
}

unsigned znn_statistics_values(const struct statistics *statistics)
{
    unsigned values = 0;
    for (size_t v = 0; v < 256; v++)
        values += statistics->count[v] != 0;
    return values;
}

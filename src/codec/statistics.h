/*
 * statistics.h - what a group's byte counts say about its size
 *
 * The order-0 entropy of a group is what any code that looks at one byte at a time can reach at best; it tells at a
 * glance whether Huffman coding will pay.  All of it is integer arithmetic: a decision made from it must come out the
 * same on every machine, which a logarithm from the C library does not promise.
 *
 * The coder proper counts in its own way (histogram.h), made for whole planes of a hundred KiB; here it is about
 * samples of a few.
 */
#ifndef ZNN_CODEC_STATISTICS_H
#define ZNN_CODEC_STATISTICS_H

#include <stddef.h>
#include <stdint.h>

/* How often each byte value occurs. */
struct statistics {
    uint32_t count[256];
    uint32_t total;
};

/*
 * Counts all of `data`, fewer than 2^32 bytes.
 */
void znn_statistics_count(struct statistics *statistics, const uint8_t *data, size_t size);

/*
 * Counts about `samples` bytes of `data`, in short runs spread evenly over it; all of it where it is not larger.
 */
void znn_statistics_sample(struct statistics *statistics, const uint8_t *data, size_t size, size_t samples);

/* Entropies are in units of 1/ENTROPY_ONE bit. */
#define ENTROPY_ONE 65536u

/*
 * log2(x) in units of 1/ENTROPY_ONE, rounded down and at most one below, for x of 1 or more; it never descends.
 */
uint32_t znn_log2(uint32_t x);

/*
 * An estimate of the entropy per byte of the data behind the counts, in 1/ENTROPY_ONE bit: that of the counts, plus the
 * correction for what a small sample misses (Miller and Madow 1955), at most 8 bits.  0 for no data.
 */
uint32_t znn_statistics_entropy(const struct statistics *statistics);

/*
 * What a Huffman code made for the counts would take per byte, in 1/ENTROPY_ONE bit, with the same correction; at most
 * 8 bits, and 0 where there is one value only.
 */
uint32_t znn_statistics_huffman(const struct statistics *statistics);

/*
 * The number of values that occur.
 */
unsigned znn_statistics_values(const struct statistics *statistics);

#endif

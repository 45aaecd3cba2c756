/*
 * statistics.h - estimates the compressed size of a group from its byte counts
 *
 * The order-0 entropy of a group is a lower bound for any code that looks at one byte at a time, so it tells quickly
 * whether Huffman coding pays.  All arithmetic is in integers: a decision must be the same on every machine, which a
 * logarithm from the C library does not guarantee.
 *
 * The coder itself counts whole planes of a hundred KiB with histogram.h.  This module counts samples of a few KiB.
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
 * Counts about `samples` bytes of `data`, in short runs spread evenly over it, or all of `data` if it is not larger.
 */
void znn_statistics_sample(struct statistics *statistics, const uint8_t *data, size_t size, size_t samples);

/* Entropies are in units of 1/ENTROPY_ONE bit. */
#define ENTROPY_ONE 65536u

/*
 * Returns log2(x) in units of 1/ENTROPY_ONE, rounded down and at most one unit too low.  x must be at least 1.  The
 * function never decreases.
 */
uint32_t znn_log2(uint32_t x);

/*
 * Estimates the entropy per byte of the data that the counts come from, in 1/ENTROPY_ONE bit: the entropy of the counts
 * plus the correction for small samples (Miller and Madow 1955), at most 8 bits.  Returns 0 for no data.
 */
uint32_t znn_statistics_entropy(const struct statistics *statistics);

/*
 * Returns the bits per byte that a Huffman code made for the counts would take, in 1/ENTROPY_ONE bit, with the same
 * correction: at most 8 bits, and 0 if only one value occurs.
 */
uint32_t znn_statistics_huffman(const struct statistics *statistics);

/*
 * Returns the number of values that occur.
 */
unsigned znn_statistics_values(const struct statistics *statistics);

#endif

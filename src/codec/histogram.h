/*
 * histogram.h - how often does each byte occur?
 *
 * Counting takes half of an entropy coder's time: each byte costs a load, an add and a store.  So znn counts bytes two
 * at a time, as 16-bit numbers, in a table of 65536 counters, and sums the rows and columns of the table at the end:
 *
 *                       second byte of the pair ->
 *     first byte   |  ...                     |   sum of a row    = how often it came first
 *         |        |  ... pair counts ...     |   sum of a column = how often it came second
 *         v        |  ...                     |
 *
 * Weights have few distinct byte values, so counting touches only a small part of the table, which stays in the fastest
 * cache.  A row that was not touched costs one check.  Even and odd pairs use separate tables, because a counter that
 * was just stored takes some cycles before it can be loaded again.
 */
#ifndef ZNN_CODEC_HISTOGRAM_H
#define ZNN_CODEC_HISTOGRAM_H

#include <stddef.h>
#include <stdint.h>

/*
 * Counters for znn_histogram().  They must be all zero before the first call, and each call leaves them all zero.
 */
struct histogram_room {
    uint16_t pairs[2][65536];
};

/*
 * Sets counts[b] to the number of bytes in data[0..size) that equal `b`.  `size` must be below 2^32.
 */
void znn_histogram(struct histogram_room *room, const uint8_t *data, size_t size, uint32_t counts[256]);

#endif

/*
 * histogram.h - how often does each byte occur?
 *
 * An entropy coder's first question, and half of its time: the counting loop touches every byte, and each count is a
 * load, an add and a store.  So bytes are counted two at a time, as 16-bit numbers, in a table of 65536 counters, and
 * the table's rows and columns are summed at the end:
 *
 *                       second byte of the pair ->
 *     first byte   |  ...                     |   sum of a row    = how often it came first
 *         |        |  ... pair counts ...     |   sum of a column = how often it came second
 *         v        |  ...                     |
 *
 * Numbers from weights have few distinct bytes, so that only a small part of the table is ever touched and stays in
 * the fastest cache; rows that were not touched cost one look.  Even and odd pairs go to two tables, because a count
 * that was just stored takes some cycles until it can be loaded again.
 */
#ifndef ZNN_CODEC_HISTOGRAM_H
#define ZNN_CODEC_HISTOGRAM_H

#include <stddef.h>
#include <stdint.h>

/*
 * Room to count in.  All zero before the first call of znn_histogram(), which leaves it all zero again.
 */
struct histogram_room {
    uint16_t pairs[2][65536];
};

/*
 * Sets counts[b] to the number of bytes `b` in data[0..size).  `size` is below 2^32.
 */
void znn_histogram(struct histogram_room *room, const uint8_t *data, size_t size, uint32_t counts[256]);

#endif

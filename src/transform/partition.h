/*
 * partition.h - sorting symbols by what both sides know
 *
 * Symbols that look alike together may be quite predictable apart.  Where the writer and the reader know something of
 * each symbol before it comes, its context, the symbols of each context can be stored together, in their order; the
 * reader, who knows the contexts, puts them back.  That is a stable counting sort, and its reverse:
 *
 *     contexts   1 0 1 1 0 2 1            known to both
 *     symbols    a b c d e f g
 *     sorted     b e | a c d g | f        contexts 0, 1, 2
 *
 * Contexts are bytes; symbols have 1, 2, 4 or 8 bytes.
 */
#ifndef ZNN_TRANSFORM_PARTITION_H
#define ZNN_TRANSFORM_PARTITION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "transform/delta.h"

#define PARTITION_CONTEXTS 256

/* Symbols are walked through in so many places at once. */
#define PARTITION_LANES 4

/*
 * How often each context occurs, for each lane: about a quarter of the symbols, the last one with what is left over; or
 * where vectors count, all of them.
 */
struct partition {
    size_t count; /* symbols */
    size_t lane;  /* symbols of a lane */
    uint32_t lanes[PARTITION_LANES][PARTITION_CONTEXTS];
};

/*
 * Counts the `count` bytes at `contexts`, which are those of symbols of `width` bytes.
 */
void znn_partition_count(struct partition *partition, const uint8_t *contexts, size_t count, unsigned width);

/*
 * How often `context` occurs in all.
 */
uint32_t znn_partition_total(const struct partition *partition, unsigned context);

/* What may be read behind sorted symbols: these bytes must be there. */
#define PARTITION_MARGIN 64

/*
 * Sorts the symbols at `plain`, `width` bytes each, whose contexts have been counted, to `sorted`.  Both are aligned
 * for such numbers and do not overlap.
 */
void znn_partition_scatter(const struct partition *partition, const uint8_t *contexts, void *plain, unsigned width,
                           void *sorted);

/*
 * The reverse.
 */
void znn_partition_gather(const struct partition *partition, const uint8_t *contexts, void *sorted, unsigned width,
                          void *plain);

/*
 * The reverse, and at once what znn_delta_merge() does with `base`, so that the symbols never go through memory: where
 * that is not possible here, it is false, and nothing is done.  `coding` is not DELTA_CASTS.
 */
bool znn_partition_gather_delta(const struct partition *partition, const uint8_t *contexts, void *sorted,
                                unsigned width, const uint8_t *base, enum delta_coding coding, uint8_t *target);

#endif

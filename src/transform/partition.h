/*
 * partition.h - sorts symbols by contexts that both sides know
 *
 * Symbols may be hard to predict together, but easy to predict in groups.  If the writer and the reader both know
 * something about each symbol beforehand, its context, then the writer can store the symbols of each context together,
 * in their order.  The reader knows the contexts and puts the symbols back.  This is a stable counting sort and its
 * reverse:
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

/* The number of parts of the symbols that loops process at the same time. */
#define PARTITION_LANES 4

/*
 * How often each context occurs, for each lane.  A lane has about a quarter of the symbols, and the last lane also has
 * the remainder.  If vectors count, the last lane has the counts of all symbols, and the others are 0.
 */
struct partition {
    size_t count; /* symbols */
    size_t lane;  /* number of symbols of a lane */
    uint32_t lanes[PARTITION_LANES][PARTITION_CONTEXTS];
};

/*
 * Counts the `count` bytes at `contexts`, the contexts of symbols of `width` bytes.
 */
void znn_partition_count(struct partition *partition, const uint8_t *contexts, size_t count, unsigned width);

/*
 * Returns how often `context` occurs in all.
 */
uint32_t znn_partition_total(const struct partition *partition, unsigned context);

/* The bytes after sorted symbols that may be read, so they must exist. */
#define PARTITION_MARGIN 64

/*
 * Sorts the symbols at `plain`, of `width` bytes each, into `sorted`.  Their contexts must have been counted.  Both
 * must be aligned for such numbers and not overlap.
 */
void znn_partition_scatter(const struct partition *partition, const uint8_t *contexts, void *plain, unsigned width,
                           void *sorted);

/*
 * The reverse.
 */
void znn_partition_gather(const struct partition *partition, const uint8_t *contexts, void *sorted, unsigned width,
                          void *plain);

/*
 * Does the reverse and znn_delta_merge() with `base` in one pass, so the symbols never go through memory.  Returns
 * false and does nothing if this machine cannot.  `coding` must not be DELTA_CASTS.
 */
bool znn_partition_gather_delta(const struct partition *partition, const uint8_t *contexts, void *sorted,
                                unsigned width, const uint8_t *base, enum delta_coding coding, uint8_t *target);

#endif

/*
 * palette.h - codes elements as a few values and indexes into them
 *
 * Weights that were quantized and then widened again have few different values: 16 or 255, times a scale that a row or
 * a group of neighbours shares.  As floats, their bytes look almost like noise.  As a palette and indexes, they are as
 * small as before the widening.
 *
 *     elements   0.3 -0.1 0.3 0.3 | 2.0 7.0 7.0 2.0        runs of 4
 *     values     -0.1 0.3         | 2.0 7.0
 *     indexes     1    0   1   1  |  0   1   1   0
 *
 * The values of a run are sorted as rotated numbers (groups.h), which sorts floats by magnitude.  So the same index has
 * a similar meaning in every run.
 */
#ifndef ZNN_TRANSFORM_PALETTE_H
#define ZNN_TRANSFORM_PALETTE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The most values of a run: if there are several runs, and if there is only one. */
#define PALETTE_RUN_VALUES 256u
#define PALETTE_WHOLE_VALUES 65536u

struct palette_value {
    uint64_t value;  /* rotated */
    uint32_t number; /* in the order of appearance in its run */
};

/*
 * A palette and its working memory.  A zeroed struct is empty.  The contents stay until the next palette is built.
 */
struct palette {
    uint32_t *slots; /* a hash table: the number of a value among all runs, plus 1 */
    struct palette_value *sorted;
    uint32_t *ranks; /* indexed by the numbers of a run */
    uint64_t *values;
    uint16_t *indexes;
    uint8_t *counts; /* values of each run, less 1 */
    size_t capacity; /* of values, indexes and counts, in elements */
    size_t value_count;
    size_t run_count;
};

/*
 * Makes room for palettes of `count` elements.  Returns false if memory ran out.
 */
bool znn_palette_reserve(struct palette *palette, size_t count);

void znn_palette_free(struct palette *palette);

/*
 * Builds the palette of `count` elements of `width` bytes (2, 4 or 8) at `data`, rotated left by `rotation` bits, in
 * runs of `run` elements.  Returns false if there are more than `limit` values in all (`limit` is less than `count`),
 * or too many in one run; then the palette is undefined.
 */
bool znn_palette_build(struct palette *palette, const uint8_t *data, size_t count, unsigned width, unsigned rotation,
                       size_t run, size_t limit);

/*
 * Writes the values as `width` byte groups of value_count bytes, one after the other.
 */
void znn_palette_groups(const struct palette *palette, unsigned width, uint8_t *groups);

/*
 * Packs indexes that fit in `bits` (1, 2, 4 or 8) into (count * bits + 7) / 8 bytes, the first into the lowest bits.
 */
void znn_palette_pack(const uint16_t *indexes, size_t count, unsigned bits, uint8_t *packed);

/*
 * The reverse: writes one byte per index.  Returns false if spare bits of the last byte are not zero.
 */
bool znn_palette_unpack(const uint8_t *packed, size_t count, unsigned bits, uint8_t *indexes);

/*
 * Writes the values for `count` indexes to `target`.  `values` has `available` values of `width` bytes.  Returns false
 * if an index is not below `available`.
 */
bool znn_palette_expand(const uint8_t *values, size_t available, const uint8_t *indexes, size_t count, unsigned width,
                        uint8_t *target);

/*
 * Does the same for indexes of 16 bits.
 */
bool znn_palette_expand_wide(const uint8_t *values, size_t available, const uint8_t *high, const uint8_t *low,
                             size_t count, unsigned width, uint8_t *target);

#endif

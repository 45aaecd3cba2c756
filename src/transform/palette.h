/*
 * palette.h - few values, and indexes into them
 *
 * Weights that were quantized and then widened again take few values: 16 or 255, times a scale that a row or a group of
 * neighbours shares.  As floats their bytes look nearly like noise; as a palette and indexes they are as small as they
 * were before.
 *
 *     elements   0.3 -0.1 0.3 0.3 | 2.0 7.0 7.0 2.0        runs of 4
 *     values     -0.1 0.3         | 2.0 7.0
 *     indexes     1    0   1   1  |  0   1   1   0
 *
 * The values of a run are sorted as rotated numbers (groups.h): by their magnitude where they are floats, so that the
 * same index means much the same in every run.
 */
#ifndef ZNN_TRANSFORM_PALETTE_H
#define ZNN_TRANSFORM_PALETTE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The most values of one run, where it is one of several and where it is all there is. */
#define PALETTE_RUN_VALUES 256u
#define PALETTE_WHOLE_VALUES 65536u

struct palette_value {
    uint64_t value;  /* rotated */
    uint32_t number; /* as it came up in its run */
};

/*
 * Working memory.  Zeroed, it is ready; what a palette came to stays until the next one is built.
 */
struct palette {
    uint32_t *slots; /* a hash table: the number of a value in all, plus 1 */
    struct palette_value *sorted;
    uint32_t *ranks; /* by the numbers of a run */
    uint64_t *values;
    uint16_t *indexes;
    uint8_t *counts; /* values of each run, less 1 */
    size_t capacity; /* of values, indexes and counts, in elements */
    size_t value_count;
    size_t run_count;
};

/*
 * Makes room for palettes of `count` elements.  False where memory ran out.
 */
bool znn_palette_reserve(struct palette *palette, size_t count);

void znn_palette_free(struct palette *palette);

/*
 * Builds the palette of `count` elements of `width` bytes (2, 4 or 8) at `data`, rotated left by `rotation` bits, in
 * runs of `run` elements.  False where the values are over `limit` in all (which is less than `count`), or a run has
 * more than it may; then the palette holds nothing of use.
 */
bool znn_palette_build(struct palette *palette, const uint8_t *data, size_t count, unsigned width, unsigned rotation,
                       size_t run, size_t limit);

/*
 * Writes the values as `width` byte groups, one after the other, each of value_count bytes.
 */
void znn_palette_groups(const struct palette *palette, unsigned width, uint8_t *groups);

/*
 * Packs indexes that fit in `bits` (1, 2, 4 or 8) into (count * bits + 7) / 8 bytes, the first into the lowest bits.
 */
void znn_palette_pack(const uint16_t *indexes, size_t count, unsigned bits, uint8_t *packed);

/*
 * The reverse, to one byte each.  False where what is left of the last byte is not zero.
 */
bool znn_palette_unpack(const uint8_t *packed, size_t count, unsigned bits, uint8_t *indexes);

/*
 * Writes to `target` the values, of `width` bytes, that `count` indexes choose from the `available` ones at `values`.
 * False where an index is not below that.
 */
bool znn_palette_expand(const uint8_t *values, size_t available, const uint8_t *indexes, size_t count, unsigned width,
                        uint8_t *target);

/*
 * The same for indexes of 16 bits.
 */
bool znn_palette_expand_wide(const uint8_t *values, size_t available, const uint8_t *high, const uint8_t *low,
                             size_t count, unsigned width, uint8_t *target);

#endif

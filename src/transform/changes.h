/*
 * changes.h - codes numbers of which few differ from a base
 *
 * A step of training may change one weight in a hundred.  Then znn stores the places of the changes as gaps, the
 * numbers of equal elements before each change, and z of each change as in delta.h.
 *
 *     base   a b c d e f g h
 *     data   a b x d e f g y       gaps   2 4       changes   z(x - c), z(y - h)
 *
 * A gap is one byte.  CHANGES_SKIP stands for that many equal elements with no change behind them.  The changes are
 * stored as byte groups, the most significant bytes first.
 */
#ifndef ZNN_TRANSFORM_CHANGES_H
#define ZNN_TRANSFORM_CHANGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CHANGES_SKIP 255

/* The changes of a row.  `groups` has an array for each byte of an element; the first group is `groups[0]`. */
struct changes {
    size_t count;
    size_t gap_size;
    uint8_t *gaps;
    uint8_t *groups[8];
};

/*
 * Finds the changes of `count` elements of `width` bytes (1, 2, 4 or 8).  Returns false if there are more than `most`.
 * Each group needs room for `most` bytes, and the gaps for most + count / CHANGES_SKIP.
 */
bool znn_changes_find(const uint8_t *base, const uint8_t *data, size_t count, unsigned width, size_t most,
                      struct changes *changes);

/*
 * The reverse: makes changes to the `count` elements at `target`, which are those of the base.  Returns false if the
 * gaps do not end within these elements or have another number of changes.
 */
bool znn_changes_apply(const uint8_t *gaps, size_t gap_size, const uint8_t *const groups[8], size_t changes,
                       uint8_t *target, size_t count, unsigned width);

#endif

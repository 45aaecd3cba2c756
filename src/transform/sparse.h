/*
 * sparse.h - numbers of which many are zero: a map of those that are not, and these
 *
 * Zeros in random places spoil each byte group: every one of them has to tell anew where they are.  Told once, that
 * takes one bit of an element at the most.
 *
 *     elements   a 0 0 b c 0 0 0 d      map   1 0 0 1 1 0 0 0 1      kept   a b c d
 *
 * The map's first bit is the lowest one of its first byte.  Zero means that all bits are: a negative zero is kept.
 */
#ifndef ZNN_TRANSFORM_SPARSE_H
#define ZNN_TRANSFORM_SPARSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Writes the map, of bits_size(count, 1) bytes, and the kept ones of `count` elements of `width` bytes (1, 2, 4 or 8)
 * to `kept`, where there is room for all of them and one more.  Returns how many these are.
 */
size_t znn_sparse_split(const uint8_t *data, size_t count, unsigned width, uint8_t *map, uint8_t *kept);

/*
 * The reverse.  False where not just `kept_count` elements are kept, or a spare bit of the map is set.
 */
bool znn_sparse_merge(const uint8_t *map, const uint8_t *kept, size_t kept_count, size_t count, unsigned width,
                      uint8_t *target);

#endif

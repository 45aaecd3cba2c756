/*
 * sparse.h - codes numbers with many zeros as a map and the nonzero numbers
 *
 * Zeros in random places spoil every byte group, because each group has to encode their places again.  A map encodes
 * them once, in at most one bit per element.
 *
 *     elements   a 0 0 b c 0 0 0 d      map   1 0 0 1 1 0 0 0 1      kept   a b c d
 *
 * The map's first bit is the lowest one of its first byte.  A zero has only zero bits, so negative zeros are kept.
 */
#ifndef ZNN_TRANSFORM_SPARSE_H
#define ZNN_TRANSFORM_SPARSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Splits `count` elements of `width` bytes (1, 2, 4 or 8): writes the map, bits_size(count, 1) bytes, and the nonzero
 * elements to `kept`, which must have room for count + 1 elements.  Returns the number of kept elements.
 */
size_t znn_sparse_split(const uint8_t *data, size_t count, unsigned width, uint8_t *map, uint8_t *kept);

/*
 * The reverse.  Returns false unless the map keeps exactly `kept_count` elements, or if a spare bit of the map is set.
 */
bool znn_sparse_merge(const uint8_t *map, const uint8_t *kept, size_t kept_count, size_t count, unsigned width,
                      uint8_t *target);

#endif

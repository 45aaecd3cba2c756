/*
 * fixed_block.h - turns a block of floats into the bytes of its streams, and back
 *
 * These functions do all the steps of fixed_point.h, fixed_groups.h and bits.h.  If the machine's vectors allow, they
 * do the steps in one pass, so the integers never leave the registers.
 *
 *     floats   ->   integers   ->   byte groups       the last one packed, where it is
 *                                   signs             a bit each, if they are apart
 *                                   map               a bit each: whether it is an exception
 */
#ifndef ZNN_TRANSFORM_FIXED_BLOCK_H
#define ZNN_TRANSFORM_FIXED_BLOCK_H

#include "transform/fixed_groups.h"

/* The most groups: those of 64-bit numbers. */
#define FIXED_GROUPS_MAX 8

/* The layout of a block. */
struct fixed_layout {
    struct fixed_point fixed;
    struct fixed_shape shape;
    bool is_packed; /* the last group stores only the 8 - shape.shift used bits of each byte, packed */
};

/*
 * Writes the streams of `count` elements at `source`, at most FIXED_BLOCK.  Each of `groups` gets a byte per element,
 * or its packed bits.  `signs`, if they are separate, and `map` get a bit per element.  Exceptions are 0 in all streams
 * but the map.  Writes the elements that a decoder will restore, including exceptions, to `restored`.  Returns the
 * number of exceptions.  No magnitude may have more bits than the shape allows.
 */
size_t znn_fixed_encode_block(const struct fixed_layout *layout, const uint8_t *source, size_t count,
                              uint8_t *const *groups, uint8_t *signs, uint8_t *map, uint8_t *restored);

/*
 * The reverse: writes `count` elements to `target`, with 0 for exceptions.  Reads `signs` only if they are separate.
 * Returns false if a number has no element of this type; the contents of `target` are then undefined.
 */
bool znn_fixed_decode_block(const struct fixed_layout *layout, const uint8_t *const *groups, const uint8_t *signs,
                            size_t count, uint8_t *target);

#endif

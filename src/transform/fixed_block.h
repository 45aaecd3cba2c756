/*
 * fixed_block.h - a block of floats to the bytes of its streams, and back
 *
 * All that fixed_point.h, fixed_groups.h and bits.h do, one after the other; but where the machine's vectors allow it,
 * in one pass, so that integers never leave the registers.
 *
 *     floats   ->   integers   ->   byte groups       the last one packed, where it is
 *                                   signs             a bit each, if they are apart
 *                                   map               a bit each: whether it is an exception
 */
#ifndef ZNN_TRANSFORM_FIXED_BLOCK_H
#define ZNN_TRANSFORM_FIXED_BLOCK_H

#include "transform/fixed_groups.h"

/* The groups of 64-bit numbers are the most. */
#define FIXED_GROUPS_MAX 8

/* How a block is laid out. */
struct fixed_layout {
    struct fixed_point fixed;
    struct fixed_shape shape;
    bool is_packed; /* the last group: of its bytes only the 8 - shape.shift bits that are used, packed */
};

/*
 * Writes the streams of `count` elements at `source`, at most FIXED_BLOCK: to each of `groups` a byte for each, or what
 * that is when packed; to `signs`, if they are apart, and to `map` a bit for each.  Exceptions are 0 in all but the
 * map.  What decoders will make of it, exceptions included, goes to `restored`.  Returns how many exceptions there are.
 *
 * No magnitude may have more bits than the shape was made for.
 */
size_t znn_fixed_encode_block(const struct fixed_layout *layout, const uint8_t *source, size_t count,
                              uint8_t *const *groups, uint8_t *signs, uint8_t *map, uint8_t *restored);

/*
 * The reverse: writes `count` elements to `target`, with 0 for exceptions.  `signs` are not looked at unless they are
 * apart.  False where there is no such element; they are anything then.
 */
bool znn_fixed_decode_block(const struct fixed_layout *layout, const uint8_t *const *groups, const uint8_t *signs,
                            size_t count, uint8_t *target);

#endif

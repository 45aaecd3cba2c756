/*
 * cast_delta.h - a row of floats, and that of its base, cast to fixed point: what they differ in
 *
 *     base, data --> integers of both --> differences        a block at a time, so that integers stay in the cache
 *                    of the data      --> restored           what a decoder will give
 *                                     --> exceptions         a map, and values
 */
#ifndef ZNN_ENGINE_DELTA_CAST_DELTA_H
#define ZNN_ENGINE_DELTA_CAST_DELTA_H

#include "common/buffer.h"
#include "common/hash.h"
#include "engine/coding/zeroed.h"
#include "transform/fixed_delta.h"

/* What cannot be rounded: bits that say where it is, and the elements. */
struct exceptions {
    uint8_t *map;
    uint8_t *values;
    uint32_t count;
};

/*
 * Writes the differences of `count` elements to `differences`, aligned for them, and what they stand for to `restored`,
 * which may be NULL.
 * `exceptions`, whose map is zeroed and whose values have room for all there are, is filled.
 */
void znn_cast_delta_split(const struct fixed_point *fixed, const uint8_t *base, const uint8_t *data, size_t count,
                          void *differences, uint8_t *restored, struct exceptions *exceptions);

/*
 * Hashes what the casts of `count` elements stand for, and adds to `zeroed`, which may be NULL, what is zero there.
 */
void znn_cast_delta_hash(const struct fixed_point *fixed, const uint8_t *data, size_t count, struct hash *hash,
                         struct zeroed *zeroed);

/*
 * The reverse, but for exceptions, in whose places there is anything.  False where a difference leads to no float.
 */
bool znn_cast_delta_merge(const struct fixed_point *fixed, const uint8_t *base, const void *differences, size_t count,
                          uint8_t *target);

#endif

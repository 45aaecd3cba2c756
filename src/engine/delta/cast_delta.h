/*
 * cast_delta.h - the differences between floats and their base, both cast to fixed point
 *
 *     base, data --> integers of both --> differences        a block at a time, so that integers stay in the cache
 *                    of the data      --> restored           the decoded floats
 *                                     --> exceptions         a map, and values
 */
#ifndef ZNN_ENGINE_DELTA_CAST_DELTA_H
#define ZNN_ENGINE_DELTA_CAST_DELTA_H

#include "common/buffer.h"
#include "common/hash.h"
#include "engine/coding/zeroed.h"
#include "transform/fixed_delta.h"

/* The elements that cannot be rounded: a map with a bit for each element of the part, and the values. */
struct exceptions {
    uint8_t *map;
    uint8_t *values;
    uint32_t count;
};

/*
 * Writes the differences of `count` elements to `differences`, which must be aligned for them, and the decoded elements
 * to `restored`, which may be NULL.  Fills `exceptions`: the map must be zeroed, and `values` must have space for all
 * exceptions.
 */
void znn_cast_delta_split(const struct fixed_point *fixed, const uint8_t *base, const uint8_t *data, size_t count,
                          void *differences, uint8_t *restored, struct exceptions *exceptions);

/*
 * Hashes the bytes that the casts of `count` elements decode to, and counts new zeros in *zeroed.  `zeroed` may be
 * NULL.
 */
void znn_cast_delta_hash(const struct fixed_point *fixed, const uint8_t *data, size_t count, struct hash *hash,
                         struct zeroed *zeroed);

/*
 * Reverses znn_cast_delta_split().  Exceptions get arbitrary values.  Returns false if a difference leads to no float.
 */
bool znn_cast_delta_merge(const struct fixed_point *fixed, const uint8_t *base, const void *differences, size_t count,
                          uint8_t *target);

#endif

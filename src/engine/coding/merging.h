/*
 * merging.h - from byte groups or fields to elements, while they are in the cache
 */
#ifndef ZNN_ENGINE_CODING_MERGING_H
#define ZNN_ENGINE_CODING_MERGING_H

#include "engine/coding/decoding.h"

/*
 * A way to merge the streams of a part.
 */
struct merging_way {
    /* Merges the next `count` elements. */
    void (*merge)(const struct part *part, const uint8_t *const *streams, size_t count, uint8_t *target);
    const uint8_t *units; /* bytes of each stream in an element */
    bool looks_ahead;     /* prefetch streams that lie in the payload */
};

/*
 * Decodes the next part like a part_decode() function (part_coding.h), and hashes its bytes.
 */
enum znn_status znn_merging_decode(struct decode_call *call, const struct part *part, const struct merging_way *way,
                                   uint8_t *target, struct znn_error *error);

#endif

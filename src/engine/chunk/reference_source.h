/*
 * reference_source.h - where a chunk gets the bytes that its references name
 */
#ifndef ZNN_ENGINE_CHUNK_REFERENCE_SOURCE_H
#define ZNN_ENGINE_CHUNK_REFERENCE_SOURCE_H

#include <stddef.h>

#include "common/error.h"
#include "engine/coding/allowance.h"

/*
 * Reads ranges of the original, by offset, all at once.  With a `read` of NULL there is none.
 */
struct reference_source {
    enum znn_status (*read)(void *context, const struct nested *nested, const struct range *ranges, size_t count,
                            struct znn_error *error);
    void *context;
};

#endif

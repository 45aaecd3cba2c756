/*
 * reference_source.h - reads the bytes that the references of a chunk name
 */
#ifndef ZNN_ENGINE_CHUNK_REFERENCE_SOURCE_H
#define ZNN_ENGINE_CHUNK_REFERENCE_SOURCE_H

#include <stddef.h>

#include "common/error.h"
#include "engine/coding/allowance.h"

/*
 * read() reads all `ranges` of the original, which are sorted by offset, in one call.  If `read` is NULL, there is no
 * source.
 */
struct reference_source {
    enum znn_status (*read)(void *context, const struct nested *nested, const struct range *ranges, size_t count,
                            struct znn_error *error);
    void *context;
};

#endif

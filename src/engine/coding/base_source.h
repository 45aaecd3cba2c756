/*
 * base_source.h - where a part gets the bytes of its base
 *
 * A part that is stored as differences names ranges of tensors of another model.  Its encoder and decoder know nothing
 * of files, indexes or readers: they get the bytes from a base_source, just as a chunk with references gets its bytes
 * from a reference_source.  The implementation is file/bases.h.
 */
#ifndef ZNN_ENGINE_CODING_BASE_SOURCE_H
#define ZNN_ENGINE_CODING_BASE_SOURCE_H

#include <stdbool.h>
#include <stdint.h>

#include "common/buffer.h"
#include "common/error.h"
#include "container/part_delta.h"
#include "engine/coding/allowance.h"

/*
 * A zeroed struct means that there is no base.  Several threads may call the functions at once, each with its own
 * `room`.
 */
struct base_source {
    void *context;

    /*
     * Finds the base bytes of a part of `size` bytes with the description `delta`.  They lie in the memory of the base
     * or in `room`.  If the base is a .znn file, each chunk is decoded at most once.  `nested` may be NULL.  Returns
     * ZNN_ERROR_CORRUPT, without a message, if `delta` refers to bytes that do not exist; ZNN_ERROR_BASE if the base is
     * missing or unreadable.
     */
    enum znn_status (*fetch)(void *context, const struct delta *delta, uint32_t size, const struct nested *nested,
                             struct buffer *room, const uint8_t **data, struct znn_error *error);

    /*
     * Appends the same bytes to `room` if they only have to be read from a file.  This is for a thread that is not
     * allowed to compute yet.  Returns false and leaves `room` unchanged if the bytes must be decoded, or if anything
     * fails; fetch() reports the error later.
     */
    bool (*fetch_ahead)(void *context, const struct delta *delta, uint32_t size, struct buffer *room);

    /*
     * Checks whether the base is the reason that a part decoded wrongly.  Returns ZNN_ERROR_BASE if a tensor that
     * `delta` refers to has another hash or cannot be read.  Uses `room`.
     */
    enum znn_status (*blame)(void *context, const struct delta *delta, struct buffer *room, struct znn_error *error);
};

#endif

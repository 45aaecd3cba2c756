/*
 * base_source.h - where a part gets the bytes of its base
 *
 * A part that is stored as differences names ranges of tensors of another model.  Its encoder and decoder know nothing
 * of files, indexes or readers: they ask this for the bytes, as a chunk with references asks a reference_source.
 * file/bases.h answers.
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
 * All zero, there is no base.  The functions are safe from several threads at once, each with its own `room`.
 */
struct base_source {
    void *context;

    /*
     * Gives the bytes that `delta` of a part of `size` bytes starts from: in the memory of the base, or in `room`.  Of
     * a base that is a .znn file, each chunk is decoded once at most.  `nested` may be NULL.  ZNN_ERROR_CORRUPT,
     * without a message, where it refers to what is not there; ZNN_ERROR_BASE where the base is missing or unreadable.
     */
    enum znn_status (*fetch)(void *context, const struct delta *delta, uint32_t size, const struct nested *nested,
                             struct buffer *room, const uint8_t **data, struct znn_error *error);

    /*
     * Appends the same to `room`, if it only has to be read from a file: for a thread that does not compute yet.
     * Returns false if it does not, or if anything fails, which `fetch` will say; then `room` is as before.
     */
    bool (*fetch_ahead)(void *context, const struct delta *delta, uint32_t size, struct buffer *room);

    /*
     * Finds out whether a part that did not come out right has its base to blame: ZNN_ERROR_BASE if the hash of one of
     * the tensors that `delta` refers to is another one, or if it cannot be read.  Uses `room`.
     */
    enum znn_status (*blame)(void *context, const struct delta *delta, struct buffer *room, struct znn_error *error);
};

#endif

/*
 * sink.h - the output and the position in it
 *
 * There are two kinds of outputs.  A stream takes bytes in order.  An "open" output takes bytes at any position, from
 * several threads at once.  If an open output is memory, it can even be written without a copy.
 */
#ifndef ZNN_ENGINE_FILE_SINK_H
#define ZNN_ENGINE_FILE_SINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/error.h"

struct sink {
    struct znn_output *output;
    uint64_t position; /* bytes that were written or are reserved, in order */
};

/*
 * Returns true if bytes can be written at any position.
 */
bool znn_sink_is_open(const struct sink *sink);

/*
 * Appends bytes.  Only one thread at a time may call this.
 */
enum znn_status znn_sink_write(struct sink *sink, const void *data, size_t size, struct znn_error *error);

/*
 * Writes bytes at a position of an open sink.
 */
enum znn_status znn_sink_put(const struct sink *sink, const void *data, size_t size, uint64_t offset,
                             struct znn_error *error);

/*
 * Returns a pointer to the output at `offset` if the output is memory and has room for `size` bytes there.  Returns
 * NULL otherwise.
 */
uint8_t *znn_sink_place(const struct sink *sink, uint64_t offset, size_t size);

/*
 * Returns true if the output is memory, and so large that written bytes will not be read again soon
 * (common/far_copy.h).
 */
bool znn_sink_is_far(const struct sink *sink);

/*
 * Sets the final size of an open sink.  Call this after the last write.
 */
enum znn_status znn_sink_finish(const struct sink *sink, uint64_t size, struct znn_error *error);

#endif

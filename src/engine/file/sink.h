/*
 * sink.h - the output and how far it has got
 *
 * Outputs are of two kinds.  A stream takes bytes in order.  Others are "open": they take bytes at any place, from
 * several threads at once, and the memory among them can even be written to without a copy.
 */
#ifndef ZNN_ENGINE_FILE_SINK_H
#define ZNN_ENGINE_FILE_SINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/error.h"

struct sink {
    struct znn_output *output;
    uint64_t position; /* bytes written, or at least spoken for, in order */
};

/*
 * Whether bytes can be put at any place.
 */
bool znn_sink_is_open(const struct sink *sink);

/*
 * Appends.  One thread at a time.
 */
enum znn_status znn_sink_write(struct sink *sink, const void *data, size_t size, struct znn_error *error);

/*
 * Puts bytes at a place of an open sink.
 */
enum znn_status znn_sink_put(const struct sink *sink, const void *data, size_t size, uint64_t offset,
                             struct znn_error *error);

/*
 * The place itself, where that is memory and has room for `size` bytes at `offset`; else NULL.
 */
uint8_t *znn_sink_place(const struct sink *sink, uint64_t offset, size_t size);

/*
 * Whether it is memory, and so much that what goes there will not be looked at soon (common/far_copy.h).
 */
bool znn_sink_is_far(const struct sink *sink);

/*
 * Says, in the end, how long an open sink is.
 */
enum znn_status znn_sink_finish(const struct sink *sink, uint64_t size, struct znn_error *error);

#endif

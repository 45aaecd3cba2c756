/*
 * sink.h - the output and how far it has got
 */
#ifndef ZNN_ENGINE_SINK_H
#define ZNN_ENGINE_SINK_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

struct sink {
    struct znn_output *output;
    uint64_t position; /* bytes written in order */
};

/*
 * Appends.  One thread at a time.
 */
enum znn_status znn_sink_write(struct sink *sink, const void *data, size_t size, struct znn_error *error);

#endif

/*
 * sink.c - the output and how far it has got
 */
#include "engine/sink.h"

enum znn_status znn_sink_write(struct sink *sink, const void *data, size_t size, struct znn_error *error)
{
    if (size == 0)
        return ZNN_OK;
    if (sink->output->write(sink->output->context, data, size) != 0)
        return znn_fail(error, ZNN_ERROR_IO, ZNN_NO_OFFSET, "write failed");
    sink->position += size;
    return ZNN_OK;
}

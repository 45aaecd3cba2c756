/*
 * sink.c - the output and how far it has got
 */
#include "engine/file/sink.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

#include "platform/far_copy.h"

static enum znn_status fail(struct znn_error *error)
{
    return znn_fail(error, ZNN_ERROR_IO, ZNN_NO_OFFSET, "write failed");
}

bool znn_sink_is_open(const struct sink *sink)
{
    return sink->output->memory || sink->output->write_at;
}

uint8_t *znn_sink_place(const struct sink *sink, uint64_t offset, size_t size)
{
    const struct znn_output *output = sink->output;
    if (!output->memory || offset > output->capacity || size > output->capacity - offset)
        return NULL;
    return (uint8_t *)output->memory + offset;
}

bool znn_sink_is_far(const struct sink *sink)
{
    return sink->output->memory && sink->output->capacity >= FAR_FROM;
}

enum znn_status znn_sink_put(const struct sink *sink, const void *data, size_t size, uint64_t offset,
                             struct znn_error *error)
{
    const struct znn_output *output = sink->output;
    assert(znn_sink_is_open(sink));
    if (!output->memory)
        return output->write_at(output->context, data, size, offset) == 0 ? ZNN_OK : fail(error);
    uint8_t *place = znn_sink_place(sink, offset, size);
    if (!place) {
        errno = ENOSPC;
        return fail(error);
    }
    if (znn_sink_is_far(sink)) {
        znn_far_copy(place, data, size);
        znn_far_fence();
    } else {
        memcpy(place, data, size);
    }
    return ZNN_OK;
}

enum znn_status znn_sink_write(struct sink *sink, const void *data, size_t size, struct znn_error *error)
{
    if (size == 0)
        return ZNN_OK;
    if (znn_sink_is_open(sink)) {
        enum znn_status status = znn_sink_put(sink, data, size, sink->position, error);
        if (status)
            return status;
    } else if (sink->output->write(sink->output->context, data, size) != 0) {
        return fail(error);
    }
    sink->position += size;
    return ZNN_OK;
}

enum znn_status znn_sink_finish(const struct sink *sink, uint64_t size, struct znn_error *error)
{
    const struct znn_output *output = sink->output;
    if (output->memory || !output->write_at || output->set_size(output->context, size) == 0)
        return ZNN_OK;
    return znn_fail(error, ZNN_ERROR_IO, ZNN_NO_OFFSET, "setting the output's size failed");
}

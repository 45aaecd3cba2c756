/*
 * sink.c - the output and the position in it
 */
#include "engine/file/sink.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

#include "platform/far_copy.h"

/* Fails unless the callback wrote all bytes. */
static enum znn_status check(ptrdiff_t written, size_t size, struct znn_error *error)
{
    bool good = written >= 0 && (size_t)written == size;
    return good ? ZNN_OK : znn_fail_callback(error, written, ZNN_NO_OFFSET, "write");
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
        return check(output->write_at(output->context, data, size, offset), size, error);
    uint8_t *place = znn_sink_place(sink, offset, size);
    if (!place)
        return znn_fail_system(error, ENOSPC, ZNN_NO_OFFSET, "write failed");
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
    enum znn_status status = znn_sink_is_open(sink)
                                 ? znn_sink_put(sink, data, size, sink->position, error)
                                 : check(sink->output->write(sink->output->context, data, size), size, error);
    if (!status)
        sink->position += size;
    return status;
}

enum znn_status znn_sink_finish(const struct sink *sink, uint64_t size, struct znn_error *error)
{
    const struct znn_output *output = sink->output;
    if (output->memory || !output->write_at)
        return ZNN_OK;
    int code = output->set_size(output->context, size);
    return code == ZNN_CALLBACK_DONE ? ZNN_OK
                                     : znn_fail_callback(error, code, ZNN_NO_OFFSET, "setting the output's size");
}

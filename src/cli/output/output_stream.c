/*
 * output_stream.c - an output that remembers why writing failed
 */
#include "cli/output/output_stream.h"

#include <errno.h>

static int note(struct output_stream *stream, int result)
{
    int none = 0;
    if (result != 0)
        atomic_compare_exchange_strong(&stream->write_error, &none, errno);
    return result;
}

static int forward_write(void *context, const void *data, size_t size)
{
    struct output_stream *stream = context;
    return note(stream, stream->inner.write(stream->inner.context, data, size));
}

static int forward_write_at(void *context, const void *data, size_t size, uint64_t offset)
{
    struct output_stream *stream = context;
    return note(stream, stream->inner.write_at(stream->inner.context, data, size, offset));
}

static int forward_set_size(void *context, uint64_t size)
{
    struct output_stream *stream = context;
    return note(stream, stream->inner.set_size(stream->inner.context, size));
}

static ptrdiff_t forward_read_at(void *context, void *data, size_t size, uint64_t offset)
{
    struct output_stream *stream = context;
    ptrdiff_t n = stream->inner.read_at(stream->inner.context, data, size, offset);
    note(stream, n < 0 ? -1 : 0);
    return n;
}

void znn_output_stream_start(struct output_stream *stream, int fd, bool sparse)
{
    stream->inner = sparse ? znn_output_fd_sparse(fd) : znn_output_fd(fd);
    atomic_init(&stream->write_error, 0);
}

struct znn_output znn_output_stream_for_library(struct output_stream *stream)
{
    return (struct znn_output){
        .context = stream,
        .write = stream->inner.write ? forward_write : NULL,
        .write_at = stream->inner.write_at ? forward_write_at : NULL,
        .set_size = stream->inner.set_size ? forward_set_size : NULL,
        .read_at = stream->inner.read_at ? forward_read_at : NULL,
    };
}

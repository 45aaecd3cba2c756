/*
 * output_stream.c - an output that records why writing failed
 */
#include "cli/output/output_stream.h"

/* Keeps the errno of the first failure.  `code` is what a callback returned. */
static ptrdiff_t note(struct output_stream *stream, ptrdiff_t code)
{
    int none = 0;
    if (code < ZNN_CALLBACK_ERRNO(0))
        atomic_compare_exchange_strong(&stream->write_error, &none, (int)(ZNN_CALLBACK_ERRNO(0) - code));
    return code;
}

static ptrdiff_t forward_write(void *context, const void *data, size_t size)
{
    struct output_stream *stream = context;
    return note(stream, stream->inner.write(stream->inner.context, data, size));
}

static ptrdiff_t forward_write_at(void *context, const void *data, size_t size, uint64_t offset)
{
    struct output_stream *stream = context;
    return note(stream, stream->inner.write_at(stream->inner.context, data, size, offset));
}

static int forward_set_size(void *context, uint64_t size)
{
    struct output_stream *stream = context;
    return (int)note(stream, stream->inner.set_size(stream->inner.context, size));
}

static ptrdiff_t forward_read_at(void *context, void *data, size_t size, uint64_t offset)
{
    struct output_stream *stream = context;
    return note(stream, stream->inner.read_at(stream->inner.context, data, size, offset));
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

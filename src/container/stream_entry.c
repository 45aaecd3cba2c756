/*
 * stream_entry.c - the description of a stream in a directory
 */
#include "container/stream_entry.h"

bool znn_stream_write(const struct stream *stream, struct buffer *out)
{
    if (!znn_buffer_append_u8(out, (uint8_t)stream->kind))
        return false;
    switch (stream->kind) {
    case STREAM_CONSTANT:
        return znn_buffer_append_u8(out, stream->value);
    case STREAM_ZSTD:
        return znn_buffer_append_leb128(out, stream->size);
    default:
        return true;
    }
}

enum znn_status znn_stream_parse(struct byte_reader *reader, uint64_t size, uint64_t payload_left,
                                 struct stream *stream, uint64_t place, struct znn_error *error)
{
    unsigned kind = read_u8(reader);
    if (kind >= STREAM_KIND_COUNT)
        return znn_fail(error, ZNN_ERROR_TOO_NEW, place, "stream kind %u is not known", kind);
    uint64_t encoded = 0;
    *stream = (struct stream){.kind = (enum stream_kind)kind};
    if (stream->kind == STREAM_CONSTANT)
        stream->value = read_u8(reader);
    else
        encoded = stream->kind == STREAM_RAW ? size : read_leb128(reader);
    if (reader->bad || encoded > payload_left)
        return znn_fail(error, ZNN_ERROR_CORRUPT, place, "a stream reaches beyond its record");
    stream->size = (uint32_t)encoded; /* because a payload has less than 2^32 bytes */
    return ZNN_OK;
}

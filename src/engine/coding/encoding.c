/*
 * encoding.c - what the encoders of all transforms share
 */
#include "engine/coding/encoding.h"

#include <string.h>

void znn_payload_clear(struct encode_call *call)
{
    call->encoder->payload.size = 0;
    call->gap.size = 0;
}

const struct payload_gap *znn_payload_gap(struct encode_call *call)
{
    struct payload_gap *gap = &call->gap;
    if (gap->at + gap->size > call->encoder->payload.size)
        gap->size = 0;
    return gap;
}

void znn_payload_fill_gap(struct encode_call *call)
{
    const struct payload_gap *gap = znn_payload_gap(call);
    if (gap->size > 0)
        memcpy(call->encoder->payload.data + gap->at, gap->data, gap->size);
    call->gap.size = 0;
}

void znn_payload_keep(struct encode_call *call, size_t start, size_t middle, bool last)
{
    struct buffer *payload = &call->encoder->payload;
    if (!last) {
        payload->size = middle;
        return;
    }
    znn_payload_fill_gap(call);
    memmove(payload->data + start, payload->data + middle, payload->size - middle);
    payload->size -= middle - start;
}

/* Reserves `size` bytes in the payload and encodes a stream to there.  Does not copy a raw stream's bytes. */
static enum znn_status encode(struct encode_call *call, const uint8_t *data, size_t size, enum stream_hint hint,
                              struct stream *stream, struct znn_error *error)
{
    struct buffer *payload = &call->encoder->payload;
    if (!znn_buffer_reserve(payload, size))
        return znn_fail_memory(error, size);
    const struct stream_wish wish = {hint, call->hurries};
    return znn_stream_encode(call->encoder->streams, data, size, wish, payload->data + payload->size, stream, error);
}

enum znn_status znn_part_encode_stream(struct encode_call *call, const uint8_t *data, size_t size,
                                       enum stream_hint hint, struct stream *stream, struct znn_error *error)
{
    struct buffer *payload = &call->encoder->payload;
    enum znn_status status = encode(call, data, size, hint, stream, error);
    if (status)
        return status;
    if (stream->kind == STREAM_RAW)
        memcpy(payload->data + payload->size, data, size);
    payload->size += stream->size;
    return ZNN_OK;
}

enum znn_status znn_part_encode_group(struct encode_call *call, const uint8_t *data, size_t size, enum stream_hint hint,
                                      struct stream *stream, struct znn_error *error)
{
    struct payload_gap *gap = &call->gap;
    enum znn_status status = encode(call, data, size, hint, stream, error);
    size_t at = call->encoder->payload.size;
    if (status)
        return status;
    if (stream->kind == STREAM_RAW && gap->size > 0 && gap->at + gap->size == at && gap->data + gap->size == data) {
        gap->size += size;
    } else if (stream->kind == STREAM_RAW) {
        znn_payload_fill_gap(call);
        *gap = (struct payload_gap){at, size, data};
    }
    call->encoder->payload.size += stream->size;
    return ZNN_OK;
}

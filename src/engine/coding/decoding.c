/*
 * decoding.c - what the decoders of all transforms share
 */
#include "engine/coding/decoding.h"

void znn_part_scratch_free(struct part_scratch *scratch)
{
    znn_buffer_free(&scratch->groups);
    znn_buffer_free(&scratch->kept);
    znn_buffer_free(&scratch->staged);
    znn_buffer_free(&scratch->values);
    znn_buffer_free(&scratch->sorted);
}

const uint8_t *znn_part_decode_stream(struct decode_call *call, const struct stream *stream, size_t size,
                                      uint8_t *scratch)
{
    const uint8_t *payload = call->payload;
    call->payload += stream->size;
    return znn_stream_decode(call->decoder->frames, stream, payload, size, scratch);
}

enum znn_status znn_part_decode_streams(struct decode_call *call, const struct part *part, const uint8_t **streams,
                                        struct znn_error *error)
{
    size_t sum = 0;
    for (unsigned i = 0; i < part->stream_count; i++)
        sum += znn_part_stream_size(part, i);
    struct buffer *groups = &call->nested.scratch->groups;
    if (!znn_buffer_reserve(groups, sum))
        return znn_fail_memory(error, sum);
    uint8_t *room = groups->data;
    for (unsigned i = 0; i < part->stream_count; i++) {
        uint32_t size = znn_part_stream_size(part, i);
        streams[i] = znn_part_decode_stream(call, &part->streams[i], size, room);
        if (!streams[i])
            return ZNN_ERROR_CORRUPT;
        room += size;
    }
    return ZNN_OK;
}

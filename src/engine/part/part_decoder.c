/*
 * part_decoder.c - from the streams of a part to its bytes
 */
#include "engine/part/part_decoder.h"

#include <stdlib.h>
#include <string.h>

#include "container/format.h"
#include "engine/part/delta_decoder.h"
#include "engine/part/fixed_decoder.h"
#include "engine/part/merging.h"
#include "engine/part/palette_decoder.h"
#include "transform/groups.h"
#include "transform/sparse.h"

bool znn_part_decoder_open(struct part_decoder *decoder)
{
    *decoder = (struct part_decoder){
        .frames = znn_frame_decoder_new(),
        .deltas = calloc(1, sizeof *decoder->deltas),
    };
    decoder->nested.scratch = &decoder->own;
    return znn_hash_open(&decoder->before) && decoder->frames && decoder->deltas;
}

void znn_part_decoder_use(struct part_decoder *decoder, struct base_source base)
{
    decoder->deltas->source = base;
}

void znn_part_ahead_clear(struct part_decoder *decoder)
{
    znn_delta_ahead_clear(decoder->deltas);
}

bool znn_part_fetch_ahead(struct part_decoder *decoder, const struct part *part)
{
    return znn_delta_fetch_ahead(decoder->deltas, part);
}

enum znn_status znn_part_blame(struct part_decoder *decoder, const struct part *part, struct znn_error *error)
{
    return znn_delta_blame(decoder->deltas, part, error);
}

void znn_part_scratch_free(struct part_scratch *scratch)
{
    znn_buffer_free(&scratch->groups);
    znn_buffer_free(&scratch->kept);
    znn_buffer_free(&scratch->staged);
    znn_buffer_free(&scratch->values);
    znn_buffer_free(&scratch->sorted);
}

void znn_part_decoder_close(struct part_decoder *decoder)
{
    znn_hash_close(&decoder->before);
    znn_frame_decoder_free(decoder->frames);
    znn_part_scratch_free(&decoder->own);
    if (decoder->deltas)
        znn_delta_decoder_close(decoder->deltas);
    free(decoder->deltas);
}

const uint8_t *znn_part_decode_stream(struct part_decoder *decoder, const struct stream *stream, size_t size,
                                      uint8_t *scratch)
{
    const uint8_t *payload = decoder->payload;
    decoder->payload += stream->size;
    return znn_stream_decode(decoder->frames, stream, payload, size, scratch);
}

/* Decodes all streams of a part: into the buffer of groups, or where they are raw, in place. */
static enum znn_status decode_streams(struct part_decoder *decoder, const struct part *part, const uint8_t **streams,
                                      struct znn_error *error)
{
    size_t sum = 0;
    for (unsigned i = 0; i < part->stream_count; i++)
        sum += znn_part_stream_size(part, i);
    struct buffer *groups = &decoder->nested.scratch->groups;
    if (!znn_buffer_reserve(groups, sum))
        return znn_fail_memory(error, sum);
    uint8_t *room = groups->data;
    for (unsigned i = 0; i < part->stream_count; i++) {
        uint32_t size = znn_part_stream_size(part, i);
        streams[i] = znn_part_decode_stream(decoder, &part->streams[i], size, room);
        if (!streams[i])
            return ZNN_ERROR_CORRUPT;
        room += size;
    }
    return ZNN_OK;
}

/* Parts whose streams all have to be there first. */
static enum znn_status decode_whole(struct part_decoder *decoder, const struct part *part, uint8_t *target,
                                    struct znn_error *error)
{
    const uint8_t *streams[PART_STREAMS_MAX];
    enum znn_status status = decode_streams(decoder, part, streams, error);
    if (status)
        return status;
    switch (part->transform) {
    case TRANSFORM_PALETTE:
        return znn_palette_decode(decoder, part, streams, target, error);
    case TRANSFORM_FIXED:
        return znn_fixed_decode(part, streams, target) ? ZNN_OK : ZNN_ERROR_CORRUPT;
    default: /* byte groups with the signs apart */
        znn_groups_merge(streams, znn_part_stream_size(part, 0), part->width, part->rotation, target);
        return znn_signs_decode(streams[part->width], znn_part_stream_size(part, 0), part->width, target)
                   ? ZNN_OK
                   : ZNN_ERROR_CORRUPT;
    }
}

/* The map, then the elements that are not zero, which are decoded as if they were a part, and spread. */
static enum znn_status decode_sparse(struct part_decoder *decoder, const struct part *part, uint8_t *target,
                                     struct znn_error *error)
{
    struct part groups = {
        .transform = TRANSFORM_GROUPS,
        .size = part->kept * part->width,
        .width = part->width,
        .rotation = part->rotation,
        .signs = part->signs,
        .stream_count = (uint8_t)(part->stream_count - 1),
    };
    size_t map_size = znn_part_stream_size(part, 0);
    memcpy(groups.streams, part->streams + 1, groups.stream_count * sizeof *groups.streams);
    struct buffer *room = &decoder->nested.scratch->kept;
    if (!znn_buffer_reserve(room, groups.size + map_size))
        return znn_fail_memory(error, groups.size);
    uint8_t *kept = room->data;
    const uint8_t *map = znn_part_decode_stream(decoder, &part->streams[0], map_size, kept + groups.size);
    if (!map)
        return ZNN_ERROR_CORRUPT;
    struct hash *hash = decoder->hash;
    bool far = decoder->far;
    decoder->hash = NULL;
    decoder->far = false;
    enum znn_status status = znn_part_decode(decoder, &groups, kept, error);
    decoder->hash = hash;
    decoder->far = far;
    if (status)
        return status;
    return znn_sparse_merge(map, kept, part->kept, part->size / part->width, part->width, target) ? ZNN_OK
                                                                                                  : ZNN_ERROR_CORRUPT;
}

enum znn_status znn_part_decode(struct part_decoder *decoder, const struct part *part, uint8_t *target,
                                struct znn_error *error)
{
    if (part->transform == TRANSFORM_FIELDS || (part->transform == TRANSFORM_GROUPS && !part->signs))
        return znn_merging_decode(decoder, part, target, error);
    enum znn_status status = part->transform == TRANSFORM_DELTA
                                 ? znn_delta_decode(decoder->deltas, decoder, part, target, error)
                             : part->transform == TRANSFORM_SPARSE ? decode_sparse(decoder, part, target, error)
                                                                   : decode_whole(decoder, part, target, error);
    if (!status && decoder->hash)
        znn_hash_add(decoder->hash, target, part->size);
    return status;
}

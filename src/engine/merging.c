/*
 * merging.c - from byte groups or fields to elements, while they are in the cache
 *
 * Most parts have one compressed stream: the others lie in the payload as they are.  So that one is decoded last, and
 * its bytes are merged with those of the others, and hashed, block by block as they come.
 */
#include "engine/merging.h"

#include "container/format.h"
#include "transform/fields.h"
#include "transform/groups.h"

/* So many elements are merged and then hashed: what they become stays in the fastest cache. */
#define MERGE_ELEMENTS ((size_t)1 << 13)

/* A shorter stream is there all at once. */
#define WORTH_WATCHING ((size_t)1 << 17)

/* A part on its way. */
struct merging {
    struct part_decoder *decoder;
    const struct part *part;
    const uint8_t *streams[PART_STREAMS_MAX];
    unsigned last;   /* stream, which is decoded last */
    size_t unit;     /* bytes of it in an element */
    uint8_t *start;  /* of the part's bytes */
    uint8_t *target; /* of the elements that come next */
    size_t done;     /* elements that have been merged */
};

/* Merges the next `count` elements, or blocks of fields. */
static void merge_next(struct merging *merging, size_t count)
{
    const struct part *part = merging->part;
    const uint8_t *streams[PART_STREAMS_MAX];
    size_t size = 0;
    for (unsigned i = 0; i < part->stream_count; i++) {
        size_t width = part->transform == TRANSFORM_GROUPS ? 1 : part->fields[i];
        streams[i] = merging->streams[i] + merging->done * width;
        size += count * width;
    }
    if (part->transform == TRANSFORM_GROUPS)
        znn_groups_merge(streams, count, part->width, part->rotation, merging->target);
    else
        znn_fields_merge(streams, count, part->fields, part->stream_count, merging->target);
    if (merging->decoder->hash)
        znn_hash_add(merging->decoder->hash, merging->target, size);
    merging->target += size;
    merging->done += count;
}

/* So many bytes of the last stream have come; or all of it starts anew. */
static void merge_ready(void *context, size_t size)
{
    struct merging *merging = context;
    if (size == 0 && merging->done > 0) {
        merging->target = merging->start;
        merging->done = 0;
        if (merging->decoder->hash)
            znn_hash_copy(merging->decoder->hash, &merging->decoder->before);
    }
    while (size / merging->unit > merging->done) {
        size_t count = size / merging->unit - merging->done;
        merge_next(merging, count < MERGE_ELEMENTS ? count : MERGE_ELEMENTS);
    }
}

/* Finds or decodes all streams but the last compressed one; *payload is where that lies, NULL where there is none. */
static bool decode_others(struct merging *merging, const uint8_t **payload)
{
    const struct part *part = merging->part;
    struct part_decoder *decoder = merging->decoder;
    uint8_t *room = decoder->groups.data;
    *payload = NULL;
    for (unsigned i = 0; i < part->stream_count; i++)
        if (part->streams[i].kind == STREAM_ZSTD)
            merging->last = i;
    for (unsigned i = 0; i < part->stream_count; i++) {
        uint32_t size = znn_part_stream_size(part, i);
        if (part->streams[i].kind == STREAM_ZSTD && i == merging->last) {
            *payload = decoder->payload;
            decoder->payload += part->streams[i].size;
            merging->streams[i] = room;
        } else {
            merging->streams[i] = znn_part_decode_stream(decoder, &part->streams[i], size, room);
        }
        if (!merging->streams[i])
            return false;
        room += size;
    }
    return true;
}

/* Decodes the last compressed stream, and merges as it comes. */
static bool decode_last(struct merging *merging, const uint8_t *payload, size_t size)
{
    struct part_decoder *decoder = merging->decoder;
    struct frame_watcher watcher = {merge_ready, merging};
    uint8_t *room = decoder->groups.data + (merging->streams[merging->last] - decoder->groups.data);
    bool watches = size > WORTH_WATCHING;
    if (watches && decoder->hash)
        znn_hash_copy(&decoder->before, decoder->hash);
    return znn_frame_decode_watched(decoder->frames, payload, merging->part->streams[merging->last].size, room, size,
                                    watches ? &watcher : NULL);
}

enum znn_status znn_merging_decode(struct part_decoder *decoder, const struct part *part, uint8_t *target,
                                   struct znn_error *error)
{
    struct merging merging = {.decoder = decoder, .part = part, .start = target, .target = target};
    const uint8_t *payload;
    if (!znn_buffer_reserve(&decoder->groups, part->size))
        return znn_fail_memory(error, part->size);
    if (!decode_others(&merging, &payload))
        return ZNN_ERROR_CORRUPT;
    size_t size = znn_part_stream_size(part, merging.last);
    merging.unit = part->transform == TRANSFORM_GROUPS ? 1 : part->fields[merging.last];
    if (payload && !decode_last(&merging, payload, size))
        return ZNN_ERROR_CORRUPT;
    merge_ready(&merging, size);
    return ZNN_OK;
}

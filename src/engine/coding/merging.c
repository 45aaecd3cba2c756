/*
 * merging.c - from byte groups or fields to elements, while they are in the cache
 *
 * Most parts have only one compressed stream, and the other streams lie in the payload uncompressed.  So znn decodes
 * the compressed stream last.  While its bytes arrive, znn merges them with those of the other streams, block by block,
 * and hashes the result.
 */
#include "engine/coding/merging.h"

#include <string.h>

#include "platform/far_copy.h"

/* Bytes that are merged, hashed and perhaps copied at a time.  They stay in the fastest cache. */
#define MERGE_BYTES ((size_t)1 << 14)

/* A cache line.  A long vector that starts at a line is written at once. */
#define LINE 64

/* A part that is being merged. */
struct merging {
    struct decode_call *call;
    const struct part *part;
    const struct merging_way *way;
    const uint8_t *streams[PART_STREAMS_MAX]; /* start with the next element, except streams[last] */
    const uint8_t *begun[PART_STREAMS_MAX];   /* start with the first element that decode_last() merges */
    unsigned last;                            /* the stream that is decoded last */
    uint8_t *start;                           /* the place of the part's first element */
    uint8_t *target;                          /* the place of the next element */
    uint8_t *staged;                          /* holds elements before they are copied to a far target */
    struct huffman_ahead ahead;               /* the bytes that merging needs beside the last stream */
};

/* Merges the next `count` elements or blocks of fields. */
static void merge_next(struct merging *merging, size_t count)
{
    const struct part *part = merging->part;
    size_t size = count * part->width;
    bool far = merging->call->far;
    uint8_t *merged = far ? merging->staged : merging->target;
    merging->way->merge(part, merging->streams, count, merged);
    if (merging->call->hash)
        znn_hash_add(merging->call->hash, merged, size);
    if (far)
        znn_far_copy(merging->target, merged, size);
    merging->target += size;
    for (unsigned i = 0; i < part->stream_count; i++)
        merging->streams[i] += count * merging->way->units[i];
}

/* Lists the raw streams, which lie in the payload, for prefetching. */
static void look_ahead(struct merging *merging)
{
    const struct part *part = merging->part;
    merging->ahead.count = 0;
    for (unsigned i = 0; i < part->stream_count && merging->way->looks_ahead; i++)
        if (part->streams[i].kind == STREAM_RAW)
            merging->ahead.at[merging->ahead.count++] = merging->streams[i];
}

/* Merges the next `size` bytes of the last stream.  Returns how many bytes it used. */
static size_t merge_ready(void *context, const uint8_t *data, size_t size)
{
    struct merging *merging = context;
    size_t unit = merging->way->units[merging->last], most = MERGE_BYTES / merging->part->width;
    merging->streams[merging->last] = data;
    for (size_t left = size / unit; left > 0;) {
        size_t count = left < most ? left : most;
        merge_next(merging, count);
        left -= count;
    }
    look_ahead(merging);
    return size - size % unit;
}

/* Finds or decodes all streams except the last compressed one.  Sets *payload to that one, or to NULL. */
static bool decode_others(struct merging *merging, uint8_t **room, const uint8_t **payload)
{
    const struct part *part = merging->part;
    struct decode_call *call = merging->call;
    *payload = NULL;
    for (unsigned i = 0; i < part->stream_count; i++)
        if (part->streams[i].kind == STREAM_ZSTD)
            merging->last = i;
    for (unsigned i = 0; i < part->stream_count; i++) {
        uint32_t size = znn_part_stream_size(part, i);
        if (part->streams[i].kind == STREAM_ZSTD && i == merging->last) {
            *payload = call->payload;
            call->payload += part->streams[i].size;
            continue;
        }
        merging->streams[i] = znn_part_decode_stream(call, &part->streams[i], size, *room);
        if (!merging->streams[i])
            return false;
        *room += size;
    }
    return true;
}

/* Discards all elements merged since the last stream began. */
static void merge_anew(void *context)
{
    struct merging *merging = context;
    struct hash *hash = merging->call->hash;
    memcpy(merging->streams, merging->begun, sizeof merging->streams);
    merging->target = merging->start;
    look_ahead(merging);
    if (hash)
        znn_hash_copy(hash, &merging->call->decoder->before);
}

/* Decodes the last compressed stream and merges its bytes while they arrive. */
static bool decode_last(struct merging *merging, const uint8_t *payload, uint8_t *room)
{
    struct decode_call *call = merging->call;
    struct frame_watcher watcher = {merge_ready, merge_anew, merging, &merging->ahead};
    memcpy(merging->begun, merging->streams, sizeof merging->streams);
    if (call->hash)
        znn_hash_copy(&call->decoder->before, call->hash);
    look_ahead(merging);
    return znn_frame_decode_watched(call->decoder->frames, payload, merging->part->streams[merging->last].size, room,
                                    znn_part_stream_size(merging->part, merging->last), &watcher);
}

static uint8_t *first_line(const struct buffer *buffer)
{
    return buffer->data + -(uintptr_t)buffer->data % LINE;
}

enum znn_status znn_merging_decode(struct decode_call *call, const struct part *part, const struct merging_way *way,
                                   uint8_t *target, struct znn_error *error)
{
    struct merging merging = {.call = call, .part = part, .way = way, .start = target, .target = target};
    const uint8_t *payload;
    struct part_scratch *scratch = call->nested.scratch;
    if (!znn_buffer_reserve(&scratch->groups, part->size + LINE) ||
        (call->far && !znn_buffer_reserve(&scratch->staged, MERGE_BYTES + LINE)))
        return znn_fail_memory(error, part->size);
    if (call->far)
        merging.staged = first_line(&scratch->staged);
    uint8_t *room = first_line(&scratch->groups);
    if (!decode_others(&merging, &room, &payload))
        return ZNN_ERROR_CORRUPT;
    if (!payload)
        merge_ready(&merging, merging.streams[merging.last], znn_part_stream_size(part, merging.last));
    else if (!decode_last(&merging, payload, room))
        return ZNN_ERROR_CORRUPT;
    return ZNN_OK;
}

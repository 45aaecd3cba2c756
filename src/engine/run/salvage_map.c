/*
 * salvage_map.c - the chunks that a damaged file should have, and where they were found
 */
#include "engine/run/salvage_map.h"

#include <string.h>

#include "common/array.h"
#include "common/memory.h"

void znn_salvage_map_free(struct salvage_map *map)
{
    znn_release(map->chunks);
    *map = (struct salvage_map){0};
}

struct salvage_chunk *znn_salvage_map_add(struct salvage_map *map)
{
    struct salvage_chunk *chunks = znn_array_grow(map->chunks, map->count, &map->capacity, sizeof *chunks);
    if (!chunks)
        return NULL;
    map->chunks = chunks;
    chunks += map->count++;
    *chunks = (struct salvage_chunk){0};
    return chunks;
}

struct salvage_chunk *znn_salvage_map_at(const struct salvage_map *map, uint64_t offset)
{
    size_t low = 0;
    for (size_t high = map->count; low < high;) {
        size_t middle = low + (high - low) / 2;
        if (map->chunks[middle].offset <= offset)
            low = middle + 1;
        else
            high = middle;
    }
    return low > 0 ? &map->chunks[low - 1] : NULL;
}

/*
 * Returns true if the record is at its expected position, relative to the first record or to the index.  This matters
 * if the index has no digests, because then chunks of equal sizes can be told apart only by position.
 */
static bool is_in_place(const struct salvage_map *map, const struct salvage_chunk *chunk, uint64_t place)
{
    return (map->has_start && place == map->start + chunk->place) ||
           place == map->index_place - map->length + chunk->place;
}

struct salvage_chunk *znn_salvage_map_match(const struct salvage_map *map, const struct record *record, uint64_t place)
{
    struct salvage_chunk *chunk = znn_salvage_map_at(map, record->offset);
    if (!chunk || chunk->found || chunk->failures == SALVAGE_FAILURES_MAX || chunk->offset != record->offset ||
        chunk->decoded_size != record->decoded_size || chunk->record_size != record_size(record))
        return NULL;
    bool meant = map->has_digests ? chunk->digest == record->digest : is_in_place(map, chunk, place);
    return meant ? chunk : NULL;
}

static enum znn_status fetch(struct salvage_plain *plain, const struct salvage_chunk *chunk, const uint8_t **bytes,
                             struct znn_error *error)
{
    size_t available;
    *bytes = znn_source_direct(plain->source, chunk->place, chunk->record_size, &available);
    if (*bytes)
        return ZNN_OK; /* the input stays in memory */
    plain->record.size = 0;
    if (!znn_buffer_reserve(&plain->record, chunk->record_size))
        return znn_fail_memory(error, chunk->record_size);
    *bytes = plain->record.data;
    return znn_source_read_exactly(plain->source, chunk->place, plain->record.data, chunk->record_size, error);
}

/* Decodes a chunk that was found before, unless it was decoded last and is still there. */
static enum znn_status decode(struct salvage_plain *plain, const struct nested *nested,
                              const struct salvage_chunk *chunk, struct znn_error *error)
{
    struct record record;
    struct decode_order order = {.record = &record, .place = chunk->place, .nested = nested};
    if (plain->has_last && plain->last == chunk->offset)
        return ZNN_OK;
    plain->has_last = false;
    if (znn_allowance_spend(nested->allowance, chunk->decoded_size))
        return znn_fail(error, ZNN_ERROR_CORRUPT, chunk->place, "references lead to and fro too much");
    enum znn_status status = fetch(plain, chunk, &order.bytes, error);
    if (!status)
        status = znn_record_parse(order.bytes, chunk->place, &record, error);
    if (!status && (record_size(&record) != chunk->record_size || record.decoded_size != chunk->decoded_size))
        status = znn_fail(error, ZNN_ERROR_CORRUPT, chunk->place, "the file changes while it is read");
    if (!status)
        status = znn_chunk_decode(plain->decoder, &order, &plain->data, error);
    plain->has_last = status == ZNN_OK;
    plain->last = chunk->offset;
    return status;
}

static enum znn_status read_range(struct salvage_plain *plain, const struct nested *nested, struct range range,
                                  struct znn_error *error)
{
    while (range.size > 0) {
        const struct salvage_chunk *chunk = znn_salvage_map_at(plain->map, range.offset);
        if (!chunk || !chunk->found || range.offset - chunk->offset >= chunk->decoded_size)
            return znn_fail(error, ZNN_ERROR_CORRUPT, ZNN_NO_OFFSET, "what a reference names is lost");
        enum znn_status status = decode(plain, nested, chunk, error);
        if (status)
            return status;
        size_t start = (size_t)(range.offset - chunk->offset);
        size_t piece = chunk->decoded_size - start < range.size ? chunk->decoded_size - start : range.size;
        memcpy(range.target, plain->data + start, piece);
        range.target += piece;
        range.offset += piece;
        range.size -= piece;
    }
    return ZNN_OK;
}

enum znn_status znn_salvage_plain_read(void *context, const struct nested *nested, const struct range *ranges,
                                       size_t count, struct znn_error *error)
{
    enum znn_status status = ZNN_OK;
    for (size_t i = 0; i < count && !status; i++)
        status = read_range(context, nested, ranges[i], error);
    return status;
}

void znn_salvage_plain_close(struct salvage_plain *plain)
{
    znn_chunk_decoder_free(plain->decoder);
    znn_buffer_free(&plain->record);
}

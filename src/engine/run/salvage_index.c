/*
 * salvage_index.c - finds the index of a damaged file
 */
#include "engine/run/salvage_index.h"

#include <string.h>

#include "container/footer.h"
#include "container/header.h"
#include "engine/file/index_reader.h"
#include "engine/threads/budget.h"

/* How many bytes are searched at a time. */
#define WINDOW ((size_t)64 << 10)

/* The most records to read that look like an index. */
#define TRIES_MAX 16

static bool is_damage(enum znn_status status)
{
    return status == ZNN_ERROR_CORRUPT || status == ZNN_ERROR_TOO_NEW || status == ZNN_ERROR_NOT_ZNN ||
           status == ZNN_ERROR_MEMORY_LIMIT;
}

/* ---------------------------------------------------------------------------------------------------------------- */
/* Reading an index                                                                                                 */
/* ---------------------------------------------------------------------------------------------------------------- */

static enum znn_status check_memory(const struct index_search *search, uint64_t more, struct znn_error *error)
{
    const struct tensor_list *tensors = &search->salvage->tensors;
    uint64_t used = search->map->capacity * sizeof *search->map->chunks +
                    tensors->capacity * (sizeof *tensors->tensors + TENSOR_NAME_ENTRY) + tensors->text.capacity;
    return znn_budget_check(BUDGET_INDEX(search->source->size), used + more, error);
}

static enum znn_status add_chunk(void *context, const struct chunk_entry *entry, struct znn_error *error)
{
    struct index_search *search = context;
    struct salvage_map *map = search->map;
    enum znn_status status = check_memory(search, sizeof *map->chunks, error);
    struct salvage_chunk *chunk = status ? NULL : znn_salvage_map_add(map);
    if (!chunk)
        return status ? status : znn_fail_memory(error, SIZE_NOT_KNOWN);
    const struct salvage_chunk *last = map->count > 1 ? chunk - 1 : NULL;
    *chunk = (struct salvage_chunk){
        .offset = last ? last->offset + last->decoded_size : 0,
        .place = map->length,
        .digest = entry->digest,
        .decoded_size = entry->decoded_size,
        .record_size = entry->record_size,
    };
    map->length += entry->record_size;
    return ZNN_OK;
}

static enum znn_status add_tensor(void *context, const struct tensor *tensor, const struct buffer *text,
                                  struct znn_error *error)
{
    struct index_search *search = context;
    uint64_t more =
        sizeof *tensor + TENSOR_NAME_ENTRY + tensor->name_size + 8 * (uint64_t)tensor->rank + text->capacity;
    enum znn_status status = check_memory(search, more, error);
    if (!status && !znn_tensor_list_add(&search->salvage->tensors, tensor, text))
        status = znn_fail_memory(error, SIZE_NOT_KNOWN);
    return status;
}

static void forget(struct index_search *search)
{
    znn_salvage_map_free(search->map);
    znn_tensor_list_free(&search->salvage->tensors);
}

static enum znn_status read_as(struct index_search *search, uint64_t place, const uint8_t prefix[RECORD_PREFIX],
                               const struct record *record, unsigned version)
{
    struct index index = {0};
    struct index_visitor visitor = {
        .on_chunk = add_chunk,
        .on_tensor = add_tensor,
        .context = search,
        .text_limit = BUDGET_INDEX(search->source->size),
    };
    forget(search);
    search->salvage->hashed += record_size(record);
    enum znn_status status =
        znn_index_read(search->source, version, place, prefix, record, &visitor, &index, search->error);
    if (!status && !znn_tensor_list_finish(&search->salvage->tensors))
        status = znn_fail_memory(search->error, SIZE_NOT_KNOWN);
    if (status) {
        forget(search);
        return status;
    }
    search->map->is_listed = true;
    search->map->has_digests = index_has_digests(version);
    search->map->has_start = search->has_start;
    search->map->start = search->start;
    search->map->index_place = place;
    search->size = record->offset;
    return ZNN_OK;
}

/* Reads the index at `place`.  If the header is damaged, tries both versions of the format. */
static enum znn_status read_index(struct index_search *search, uint64_t place, const uint8_t prefix[RECORD_PREFIX],
                                  const struct record *record)
{
    enum znn_status status = read_as(search, place, prefix, record, search->version ? search->version : 2);
    if (is_damage(status) && search->version == 0)
        status = read_as(search, place, prefix, record, 1);
    return status;
}

/* ---------------------------------------------------------------------------------------------------------------- */
/* Whose index it is                                                                                                */
/* ---------------------------------------------------------------------------------------------------------------- */

static enum znn_status read_footer(struct index_search *search, uint64_t place, struct footer *footer, bool *whole)
{
    uint8_t bytes[FOOTER_SIZE];
    size_t got;
    enum znn_status status = znn_source_read(search->source, place, bytes, sizeof bytes, &got, search->error);
    *whole = !status && got == sizeof bytes && znn_footer_parse(bytes, place, footer, NULL) == ZNN_OK;
    return status;
}

/* Sets *there to true if a .znn file starts at `place`. */
static enum znn_status is_header_at(struct index_search *search, uint64_t place, bool *there)
{
    uint8_t bytes[HEADER_MAX];
    size_t got, length;
    struct znn_header header;
    enum znn_status status = znn_source_read(search->source, place, bytes, sizeof bytes, &got, search->error);
    *there = !status && znn_header_length(bytes, got, &length, NULL) == ZNN_OK && length <= got &&
             znn_header_parse(bytes, length, &header, NULL) == ZNN_OK;
    return status;
}

/* Reads the head of the record at `place`.  Sets *whole to true if it is intact. */
static enum znn_status read_head(struct index_search *search, uint64_t place, struct record *record, bool *whole)
{
    uint8_t prefix[RECORD_PREFIX];
    size_t got;
    *whole = false;
    enum znn_status status = znn_source_read(search->source, place, prefix, sizeof prefix, &got, search->error);
    if (status || got < sizeof prefix || znn_record_parse(prefix, place, record, NULL) != ZNN_OK)
        return status;
    struct buffer head = {0};
    size_t size = RECORD_PREFIX + record->directory_size;
    if (!znn_buffer_reserve(&head, size))
        return znn_fail_memory(search->error, size);
    status = znn_source_read(search->source, place, head.data, size, &got, search->error);
    search->salvage->hashed += size;
    *whole = !status && got == size && znn_record_verify(record, head.data, place, NULL) == ZNN_OK;
    znn_buffer_free(&head);
    return status;
}

/* Sets *within to true if `place` is within a record.  Follows the records from the first one, until one is damaged. */
static enum znn_status is_within_record(struct index_search *search, uint64_t place, bool *within)
{
    struct record record;
    bool whole = true;
    enum znn_status status = ZNN_OK;
    *within = false;
    for (uint64_t at = search->start; at < place && whole && !status && !*within; at += record_size(&record)) {
        status = read_head(search, at, &record, &whole);
        *within = whole && record_size(&record) > place - at;
    }
    return status;
}

/*
 * Decides whether the index that was read at `place` belongs to this file.  If the first record is intact, the index
 * must list it.  Such an index may be anywhere, if it stores digests and is not within another record.  At the end of
 * the file, before a footer, it needs neither.  If the first record is damaged, only an index at the end is accepted.
 * In no case may the footer refer to a later start of its file, at which another .znn file does start.
 */
static enum znn_status is_own(struct index_search *search, uint64_t place, uint64_t end, bool *own)
{
    struct record first = {0};
    struct footer footer = {0};
    bool whole = false, ends = false, bad = false;
    enum znn_status status = read_footer(search, end, &footer, &ends);
    if (!status && search->has_start)
        status = read_head(search, search->start, &first, &whole);
    if (status)
        return status;
    bool at_end = ends && end + FOOTER_SIZE == search->source->size;
    const struct salvage_map *map = search->map;
    if (whole && first.kind == RECORD_INDEX)
        *own = place == search->start;
    else if (whole)
        *own = map->count > 0 && znn_salvage_map_match(map, &first, search->start) == map->chunks &&
               (map->has_digests || at_end);
    else
        *own = at_end;
    if (*own && whole && !at_end)
        status = is_within_record(search, place, &bad);
    *own = *own && !bad && !status;
    if (*own && ends && search->version > 0 && footer.index_offset < place)
        status = is_header_at(search, place - footer.index_offset, &bad);
    *own = *own && !bad && !status;
    return status;
}

/* ---------------------------------------------------------------------------------------------------------------- */
/* The search                                                                                                       */
/* ---------------------------------------------------------------------------------------------------------------- */

/* Reads a possible index at `place`.  Sets *is_index to true if the prefix is that of an index within the file. */
static enum znn_status try_index(struct index_search *search, uint64_t place, bool *is_index)
{
    uint8_t prefix[RECORD_PREFIX];
    struct record record;
    size_t got;
    *is_index = false;
    enum znn_status status = znn_source_read(search->source, place, prefix, sizeof prefix, &got, search->error);
    if (status || got < sizeof prefix || znn_record_parse(prefix, place, &record, NULL) != ZNN_OK)
        return status;
    if (record.kind != RECORD_INDEX || record_size(&record) > search->source->size - place)
        return ZNN_OK;
    *is_index = true;
    status = read_index(search, place, prefix, &record);
    if (!status)
        status = is_own(search, place, place + record_size(&record), &search->found);
    if (!search->found)
        forget(search);
    return is_damage(status) ? ZNN_OK : status;
}

/* Tries the index at the position that the footer gives. */
static enum znn_status try_footer(struct index_search *search)
{
    struct footer footer;
    bool whole, is_index;
    uint64_t size = search->source->size;
    if (size < FOOTER_SIZE)
        return ZNN_OK;
    enum znn_status status = read_footer(search, size - FOOTER_SIZE, &footer, &whole);
    if (status || !whole || footer.index_offset > size - FOOTER_SIZE)
        return status;
    return try_index(search, footer.index_offset, &is_index);
}

/* Returns true if the `size` bytes at `bytes` start with a marker. */
static bool is_marker(const uint8_t *bytes, size_t size)
{
    return size >= RECORD_MARKER && *bytes == RECORD_MARKER_FIRST && znn_record_find(bytes, RECORD_MARKER);
}

/* Searches for an index backwards, from marker to marker. */
static enum znn_status search_backwards(struct index_search *search)
{
    static const size_t overlap = RECORD_MARKER - 1;
    uint8_t window[WINDOW];
    enum znn_status status = ZNN_OK;
    unsigned tries = 0;
    uint64_t end = search->source->size;
    while (end > overlap && !status && !search->found && tries < TRIES_MAX) {
        uint64_t start = end > WINDOW ? end - WINDOW : 0;
        size_t got;
        status = znn_source_read(search->source, start, window, (size_t)(end - start), &got, search->error);
        for (size_t i = got; i-- > 0 && !status && !search->found && tries < TRIES_MAX;) {
            bool is_index = false;
            if (is_marker(window + i, got - i))
                status = try_index(search, start + i, &is_index);
            tries += is_index;
        }
        end = start > 0 ? start + overlap : 0;
    }
    return status;
}

enum znn_status znn_salvage_find_index(struct index_search *search)
{
    enum znn_status status = try_footer(search);
    return status || search->found ? status : search_backwards(search);
}

/*
 * zip_series.c - several zips in one file, one after the other
 */
#include "model/zip_series.h"

#include <stdlib.h>
#include <string.h>

#include "common/array.h"
#include "model/zip.h"

#define ARCHIVES_MAX ((size_t)1 << 20)
#define WINDOW_MIN                                                                                                     \
    ((size_t)4 << 10) /* the search reads more and more at a time, so that small archives cost little                  \
                       */
#define WINDOW_MAX ((size_t)1 << 20)
#define END_SIZE 22
#define MISSES_MAX 64 /* a false end record costs a look at the archive that it claims */

static enum znn_status add(struct zip_series *series, struct zip_range range, struct znn_error *error)
{
    struct zip_range *ranges = znn_array_grow(series->ranges, series->count, &series->capacity, sizeof *ranges);
    if (!ranges)
        return znn_fail_memory(error, sizeof range);
    series->ranges = ranges;
    ranges[series->count++] = range;
    return ZNN_OK;
}

/* Sets *begins if the first local header of an archive is at `offset`. */
static enum znn_status begins_at(struct source *source, uint64_t offset, bool *begins, struct znn_error *error)
{
    uint8_t signature[4];
    size_t got;
    enum znn_status status = znn_source_read(source, offset, signature, sizeof signature, &got, error);
    *begins = !status && got == sizeof signature && load_le32(signature) == ZIP_SIGNATURE_LOCAL;
    return status;
}

/* Goes back from the end of the file, archive by archive, as long as they are adjacent.  Sets *start to the start of
 * the first one.  After the last archive, there may be the beginning of another, which is cut. */
static enum znn_status go_back(struct source *source, struct zip_series *series, uint64_t *start,
                               struct znn_error *error)
{
    enum znn_status status = ZNN_OK;
    bool found = true;
    bool is_cut = false;
    for (*start = source->size; !status && *start > 0 && series->count < ARCHIVES_MAX;) {
        uint64_t begin, end;
        status = znn_zip_locate(source, *start, series->count > 0, &begin, &end, &found, error);
        if (status || !found || begin >= end)
            break;
        if (end < *start && series->count == 0)
            status = begins_at(source, end, &is_cut, error);
        if (!status && is_cut && series->count == 0)
            status = add(series, (struct zip_range){end, source->size - end, true}, error);
        if (!status)
            status = add(series, (struct zip_range){begin, end - begin, false}, error);
        *start = begin;
    }
    for (size_t i = 0; i < series->count / 2; i++) {
        struct zip_range *a = &series->ranges[i], *b = &series->ranges[series->count - 1 - i], range = *a;
        *a = *b;
        *b = range;
    }
    return status;
}

/* The search for end records between `done` and `end`. */
struct search {
    struct source *source;
    struct zip_series *series;
    uint64_t done; /* the end of the last archive found */
    uint64_t end;
    unsigned misses;
};

/* Adds the archive whose end record is at `place`, if there is one after search->done. */
static enum znn_status try_end(struct search *search, uint64_t place, struct znn_error *error)
{
    uint64_t begin, end = place + END_SIZE;
    bool found, is_within = false;
    uint64_t really;
    if (end > search->end || search->misses == MISSES_MAX || search->series->count == ARCHIVES_MAX)
        return ZNN_OK;
    enum znn_status status = znn_zip_locate(search->source, end, true, &begin, &really, &found, error);
    found = found && !status && begin >= search->done && begin < end;
    if (found)
        status = begins_at(search->source, begin, &found, error);
    if (!status && begin > search->done) /* a member of an archive that is itself cut? */
        status = begins_at(search->source, search->done, &is_within, error);
    found = found && !is_within && !status;
    search->misses += !found;
    if (!found)
        return status;
    search->done = end;
    return add(search->series, (struct zip_range){begin, end - begin, false}, error);
}

/* Returns the position of the first end record in a window of `size` bytes, from `from` on, or `size` if there is
 * none. */
static size_t next_end(const uint8_t *window, size_t from, size_t size)
{
    while (size - from >= END_SIZE) {
        const uint8_t *p = memchr(window + from, 'P', size - from - END_SIZE + 1);
        if (!p)
            break;
        if (memcmp(p, "PK\5\6", 4) == 0)
            return (size_t)(p - window);
        from = (size_t)(p - window) + 1;
    }
    return size;
}

/* Searches for archives up to `search->end`.  A view lasts only until the next read, so each hit takes a new view. */
static enum znn_status go_forward(struct search *search, struct znn_error *error)
{
    enum znn_status status = ZNN_OK;
    size_t size = WINDOW_MIN;
    for (uint64_t at = 0; at < search->end && !status;) {
        const uint8_t *window;
        size_t there;
        uint64_t left = search->end - at;
        status = znn_source_view(search->source, at, left < size ? (size_t)left : size, &window, &there, error);
        if (status || there < END_SIZE || search->misses == MISSES_MAX)
            break;
        size_t place = next_end(window, 0, there);
        if (place == there) {
            at += there - (END_SIZE - 1);
            size = size < WINDOW_MAX ? 2 * size : size;
            continue;
        }
        status = try_end(search, at + place, error);
        at = search->done > at + place ? search->done : at + place + 1;
        size = WINDOW_MIN;
    }
    return status;
}

/* A file that ends with an end record is not cut, even if the values in the record make no sense here. */
static enum znn_status ends_with_record(struct source *source, bool *has_end, struct znn_error *error)
{
    uint8_t record[4];
    size_t got;
    if (source->size < END_SIZE)
        return ZNN_OK;
    enum znn_status status = znn_source_read(source, source->size - END_SIZE, record, sizeof record, &got, error);
    *has_end = !status && got == sizeof record && memcmp(record, "PK\5\6", 4) == 0;
    return status;
}

static int compare(const void *left, const void *right)
{
    const struct zip_range *a = left, *b = right;
    return a->offset < b->offset ? -1 : a->offset > b->offset;
}

enum znn_status znn_zip_series_find(struct source *source, struct zip_series *series, struct znn_error *error)
{
    uint64_t start;
    bool begins;
    enum znn_status status = begins_at(source, 0, &begins, error);
    if (!status)
        status = go_back(source, series, &start, error);
    if (status || !begins || start == 0)
        return status;
    struct search search = {.source = source, .series = series, .end = start};
    bool has_end = series->count > 0;
    if (!status && !has_end)
        status = ends_with_record(source, &has_end, error);
    if (!status)
        status = go_forward(&search, error);
    begins = false;
    if (!status && !has_end && search.done < start)
        status = begins_at(source, search.done, &begins, error);
    if (!status && begins)
        status = add(series, (struct zip_range){search.done, start - search.done, true}, error);
    if (series->count > 1)
        qsort(series->ranges, series->count, sizeof *series->ranges, compare);
    return status;
}

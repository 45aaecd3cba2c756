/*
 * sieve.c - a .znn file of which only the structure is kept
 *
 * Bytes come in pieces of any size.  Those that have come of a header or record tell how many are wanted at least; once
 * these are there, they tell more, until they are all that is wanted:
 *
 *     | prefix | directory | layout | streams... |
 *     1 -> 48 ---> 48+D ---> +layout              then skip to the next record
 */
#include "engine/look/sieve.h"

#include <stdlib.h>
#include <string.h>

#include "common/array.h"
#include "container/header.h"

/* The header or record at hand, of which `have` bytes are at `bytes`. */
struct unit {
    const uint8_t *bytes;
    size_t have;
    uint64_t place;
};

/* How many bytes of it are wanted.  If it has them, *whole is its size. */
static enum znn_status weigh_header(struct sieve *sieve, const struct unit *unit, uint64_t *whole)
{
    size_t length = HEADER_FIXED;
    enum znn_status status = ZNN_OK;
    if (unit->have >= HEADER_FIXED)
        status = znn_header_length(unit->bytes, unit->have, &length, &sieve->error);
    sieve->wanted = *whole = length;
    return status;
}

static enum znn_status weigh_record(struct sieve *sieve, const struct unit *unit, uint64_t *whole)
{
    struct record record;
    sieve->wanted = RECORD_PREFIX;
    if (unit->have < RECORD_PREFIX)
        return ZNN_OK;
    enum znn_status status = znn_record_parse(unit->bytes, unit->place, &record, &sieve->error);
    if (status)
        return status;
    sieve->wanted = record.kind == RECORD_INDEX ? UINT64_MAX : RECORD_PREFIX + record.directory_size;
    if (unit->have < sieve->wanted)
        return ZNN_OK;
    *whole = record_size(&record);
    if (record.kind == RECORD_BASES) {
        sieve->wanted = *whole;
        return ZNN_OK;
    }
    status = znn_directory_parse(&sieve->directory, &record, unit->bytes + RECORD_PREFIX, unit->place, &sieve->error);
    sieve->wanted += sieve->directory.layout.size;
    return status;
}

/* As many bytes are there as were wanted: are there more, or is it complete? */
static enum znn_status weigh(struct sieve *sieve)
{
    const struct extent *last = &sieve->extents[sieve->count - 1];
    struct unit unit = {sieve->kept.data + last->start, sieve->kept.size - last->start, last->place};
    uint64_t whole = 0;
    enum znn_status status =
        sieve->count == 1 ? weigh_header(sieve, &unit, &whole) : weigh_record(sieve, &unit, &whole);
    if (!status && sieve->wanted == unit.have) {
        sieve->skip = whole - unit.have;
        sieve->wanted = 0;
    }
    return status;
}

static enum znn_status start_extent(struct sieve *sieve)
{
    struct extent *extents = znn_array_grow(sieve->extents, sieve->count, &sieve->capacity, sizeof *extents);
    if (!extents)
        return znn_fail_memory(&sieve->error, SIZE_NOT_KNOWN);
    sieve->extents = extents;
    extents[sieve->count++] = (struct extent){.place = sieve->size, .start = sieve->kept.size};
    sieve->wanted = 1;
    return ZNN_OK;
}

/* Keeps what it wants of the `size` bytes at `data`; *taken says how many. */
static enum znn_status keep(struct sieve *sieve, const uint8_t *data, size_t size, size_t *taken)
{
    enum znn_status status = sieve->wanted == 0 ? start_extent(sieve) : ZNN_OK;
    if (status)
        return status;
    uint64_t missing = sieve->wanted - (sieve->kept.size - sieve->extents[sieve->count - 1].start);
    *taken = missing < size ? (size_t)missing : size;
    if (!znn_buffer_append(&sieve->kept, data, *taken))
        return znn_fail_memory(&sieve->error, *taken);
    return *taken == missing ? weigh(sieve) : ZNN_OK;
}

static ptrdiff_t sieve_write(void *context, const void *data, size_t size)
{
    struct sieve *sieve = context;
    const uint8_t *p = data;
    ptrdiff_t written = (ptrdiff_t)size;
    while (size > 0) {
        size_t taken = sieve->skip < size ? (size_t)sieve->skip : size;
        sieve->skip -= taken;
        if (taken == 0 && keep(sieve, p, size, &taken) != ZNN_OK)
            return ZNN_CALLBACK_FAILED; /* sieve->error has the reason */
        sieve->size += taken;
        p += taken;
        size -= taken;
    }
    return written;
}

/* The last extent that starts at `offset` or before; there is one, for the first starts at 0. */
static size_t extent_at(const struct sieve *sieve, uint64_t offset)
{
    size_t low = 0;
    for (size_t high = sieve->count; high - low > 1;) {
        size_t middle = low + (high - low) / 2;
        if (sieve->extents[middle].place <= offset)
            low = middle;
        else
            high = middle;
    }
    return low;
}

static ptrdiff_t sieve_read_at(void *context, void *buffer, size_t size, uint64_t offset)
{
    const struct sieve *sieve = context;
    uint64_t left = offset < sieve->size ? sieve->size - offset : 0;
    if (size > left)
        size = (size_t)left;
    if (size == 0)
        return ZNN_CALLBACK_END;
    memset(buffer, 0, size);
    uint64_t end = offset + size;
    for (size_t i = extent_at(sieve, offset); i < sieve->count && sieve->extents[i].place < end; i++) {
        const struct extent *extent = &sieve->extents[i];
        size_t length = (i + 1 < sieve->count ? extent[1].start : sieve->kept.size) - extent->start;
        uint64_t from = extent->place > offset ? extent->place : offset;
        uint64_t to = extent->place + length < end ? extent->place + length : end;
        if (from < to)
            memcpy((uint8_t *)buffer + (from - offset), sieve->kept.data + extent->start + (from - extent->place),
                   (size_t)(to - from));
    }
    return (ptrdiff_t)size;
}

struct znn_output znn_sieve_output(struct sieve *sieve)
{
    return (struct znn_output){.context = sieve, .write = sieve_write};
}

struct znn_input znn_sieve_input(struct sieve *sieve)
{
    return (struct znn_input){.context = sieve, .size = sieve->size, .read_at = sieve_read_at};
}

void znn_sieve_free(struct sieve *sieve)
{
    znn_buffer_free(&sieve->kept);
    znn_directory_free(&sieve->directory);
    free(sieve->extents);
}

/*
 * skeleton.c - keeps only the structure of a .znn file
 *
 * Bytes arrive in pieces of any size.  The first bytes of a header or record tell how many bytes to keep at least.
 * Once these have arrived, they may tell that more are needed, until all have arrived:
 *
 *     | prefix | directory | layout | streams... |
 *     1 -> 48 ---> 48+D ---> +layout              then skip to the next record
 */
#include "engine/look/skeleton.h"

#include <string.h>

#include "common/array.h"
#include "common/memory.h"
#include "container/header.h"

/* The current header or record, of which the first `have` bytes are at `bytes`. */
struct unit {
    const uint8_t *bytes;
    size_t have;
    uint64_t place;
};

/* Sets skeleton->wanted to the number of bytes to keep and, if these have arrived, *whole to the size of the header. */
static enum znn_status weigh_header(struct skeleton *skeleton, const struct unit *unit, uint64_t *whole)
{
    size_t length = HEADER_FIXED;
    enum znn_status status = ZNN_OK;
    if (unit->have >= HEADER_FIXED)
        status = znn_header_length(unit->bytes, unit->have, &length, &skeleton->error);
    skeleton->wanted = *whole = length;
    return status;
}

static enum znn_status weigh_record(struct skeleton *skeleton, const struct unit *unit, uint64_t *whole)
{
    struct record record;
    skeleton->wanted = RECORD_PREFIX;
    if (unit->have < RECORD_PREFIX)
        return ZNN_OK;
    enum znn_status status = znn_record_parse(unit->bytes, unit->place, &record, &skeleton->error);
    if (status)
        return status;
    skeleton->wanted = record.kind == RECORD_INDEX ? UINT64_MAX : RECORD_PREFIX + record.directory_size;
    if (unit->have < skeleton->wanted)
        return ZNN_OK;
    *whole = record_size(&record);
    if (record.kind == RECORD_BASES) {
        skeleton->wanted = *whole;
        return ZNN_OK;
    }
    status =
        znn_directory_parse(&skeleton->directory, &record, unit->bytes + RECORD_PREFIX, unit->place, &skeleton->error);
    skeleton->wanted += skeleton->directory.layout.size;
    return status;
}

/* Called when the wanted bytes have arrived.  Decides whether more are needed or the extent is complete. */
static enum znn_status weigh(struct skeleton *skeleton)
{
    const struct extent *last = &skeleton->extents[skeleton->count - 1];
    struct unit unit = {skeleton->kept.data + last->start, skeleton->kept.size - last->start, last->place};
    uint64_t whole = 0;
    enum znn_status status =
        skeleton->count == 1 ? weigh_header(skeleton, &unit, &whole) : weigh_record(skeleton, &unit, &whole);
    if (!status && skeleton->wanted == unit.have) {
        skeleton->skip = whole - unit.have;
        skeleton->wanted = 0;
    }
    return status;
}

static enum znn_status start_extent(struct skeleton *skeleton)
{
    struct extent *extents = znn_array_grow(skeleton->extents, skeleton->count, &skeleton->capacity, sizeof *extents);
    if (!extents)
        return znn_fail_memory(&skeleton->error, SIZE_NOT_KNOWN);
    skeleton->extents = extents;
    extents[skeleton->count++] = (struct extent){.place = skeleton->size, .start = skeleton->kept.size};
    skeleton->wanted = 1;
    return ZNN_OK;
}

/* Keeps the first of the `size` bytes at `data`, as far as they are wanted.  Sets *taken to their number. */
static enum znn_status keep(struct skeleton *skeleton, const uint8_t *data, size_t size, size_t *taken)
{
    enum znn_status status = skeleton->wanted == 0 ? start_extent(skeleton) : ZNN_OK;
    if (status)
        return status;
    uint64_t missing = skeleton->wanted - (skeleton->kept.size - skeleton->extents[skeleton->count - 1].start);
    *taken = missing < size ? (size_t)missing : size;
    if (!znn_buffer_append(&skeleton->kept, data, *taken))
        return znn_fail_memory(&skeleton->error, *taken);
    return *taken == missing ? weigh(skeleton) : ZNN_OK;
}

static ptrdiff_t skeleton_write(void *context, const void *data, size_t size)
{
    struct skeleton *skeleton = context;
    const uint8_t *p = data;
    ptrdiff_t written = (ptrdiff_t)size;
    while (size > 0) {
        size_t taken = skeleton->skip < size ? (size_t)skeleton->skip : size;
        skeleton->skip -= taken;
        if (taken == 0 && keep(skeleton, p, size, &taken) != ZNN_OK)
            return ZNN_CALLBACK_FAILED; /* skeleton->error holds the reason */
        skeleton->size += taken;
        p += taken;
        size -= taken;
    }
    return written;
}

/* Returns the last extent that starts at or before `offset`.  There always is one, because the first starts at 0. */
static size_t extent_at(const struct skeleton *skeleton, uint64_t offset)
{
    size_t low = 0;
    for (size_t high = skeleton->count; high - low > 1;) {
        size_t middle = low + (high - low) / 2;
        if (skeleton->extents[middle].place <= offset)
            low = middle;
        else
            high = middle;
    }
    return low;
}

static ptrdiff_t skeleton_read_at(void *context, void *buffer, size_t size, uint64_t offset)
{
    const struct skeleton *skeleton = context;
    uint64_t left = offset < skeleton->size ? skeleton->size - offset : 0;
    if (size > left)
        size = (size_t)left;
    if (size == 0)
        return ZNN_CALLBACK_END;
    memset(buffer, 0, size);
    uint64_t end = offset + size;
    for (size_t i = extent_at(skeleton, offset); i < skeleton->count && skeleton->extents[i].place < end; i++) {
        const struct extent *extent = &skeleton->extents[i];
        size_t length = (i + 1 < skeleton->count ? extent[1].start : skeleton->kept.size) - extent->start;
        uint64_t from = extent->place > offset ? extent->place : offset;
        uint64_t to = extent->place + length < end ? extent->place + length : end;
        if (from < to)
            memcpy((uint8_t *)buffer + (from - offset), skeleton->kept.data + extent->start + (from - extent->place),
                   (size_t)(to - from));
    }
    return (ptrdiff_t)size;
}

struct znn_output znn_skeleton_output(struct skeleton *skeleton)
{
    return (struct znn_output){.context = skeleton, .write = skeleton_write};
}

struct znn_input znn_skeleton_input(struct skeleton *skeleton)
{
    return (struct znn_input){.context = skeleton, .size = skeleton->size, .read_at = skeleton_read_at};
}

void znn_skeleton_free(struct skeleton *skeleton)
{
    znn_buffer_free(&skeleton->kept);
    znn_directory_free(&skeleton->directory);
    znn_release(skeleton->extents);
}

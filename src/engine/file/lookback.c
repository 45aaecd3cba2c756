/*
 * lookback.c - reads bytes that were decoded earlier
 */
#include "engine/file/lookback.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

#include "common/array.h"
#include "common/memory.h"
#include "container/format.h"
#include "engine/file/reader.h"

/* The most threads that decode bytes again at once.  Each may take as much memory as a large chunk. */
#define DECODERS 1

enum znn_status znn_lookback_open(struct lookback *lookback, struct znn_output *output, struct znn_input *input,
                                  bool seekable, bool references, struct znn_error *error)
{
    lookback->output = output;
    lookback->input = input;
    lookback->enabled = references;
    if (!references)
        return ZNN_OK;
    lookback->reads_output =
        output->memory || (output->read_at && (!output->keep || output->keep(output->context) == ZNN_CALLBACK_DONE));
    if (lookback->reads_output || seekable)
        return ZNN_OK;
    return znn_fail(error, ZNN_ERROR_ARGUMENT, ZNN_NO_OFFSET,
                    "it refers to its own earlier bytes, which neither the input nor the output can give again: one of "
                    "them must be a file, or be spooled to one");
}

void znn_lookback_close(struct lookback *lookback)
{
    znn_reader_close(lookback->reader);
    znn_release(lookback->ranges);
}

bool znn_lookback_must_wait(struct lookback *lookback, uint64_t end)
{
    if (end == 0)
        return false;
    if (lookback->reads_output && !lookback->output->memory && !lookback->output->write_at)
        return true; /* an output that is written in order cannot be read at the same time */
    if (!lookback->reads_output)
        return false; /* the whole input is available */
    znn_mutex_lock(&lookback->lock);
    bool there = end <= lookback->mark;
    znn_mutex_unlock(&lookback->lock);
    return !there;
}

static enum znn_status read_output(struct lookback *lookback, uint64_t offset, uint8_t *target, size_t size,
                                   struct znn_error *error)
{
    struct znn_output *output = lookback->output;
    if (output->memory) {
        if (offset > output->capacity || size > output->capacity - offset)
            return znn_fail_system(error, ENOSPC, ZNN_NO_OFFSET, "reading the output again failed");
        memcpy(target, (const uint8_t *)output->memory + offset, size);
        return ZNN_OK;
    }
    while (size > 0) {
        ptrdiff_t n = output->read_at(output->context, target, size, offset);
        if (n == ZNN_CALLBACK_END) {
            memset(target, 0, size); /* the file ends with zeros that are not written yet */
            return ZNN_OK;
        }
        if (n <= 0 || (size_t)n > size)
            return znn_fail_callback(error, n, ZNN_NO_OFFSET, "reading the output again");
        target += n;
        size -= (size_t)n;
        offset += (uint64_t)n;
    }
    return ZNN_OK;
}

enum znn_status znn_lookback_read(void *context, const struct nested *nested, const struct range *ranges, size_t count,
                                  struct znn_error *error)
{
    struct lookback *lookback = context;
    enum znn_status status = ZNN_OK;
    if (lookback->reads_output) {
        for (size_t i = 0; i < count && !status; i++)
            status = read_output(lookback, ranges[i].offset, ranges[i].target, ranges[i].size, error);
        return status;
    }
    znn_mutex_lock(&lookback->lock);
    status =
        lookback->reader ? ZNN_OK : znn_reader_open_file(lookback->input, lookback->base, 0, &lookback->reader, error);
    struct znn_reader *reader = lookback->reader;
    if (!status) {
        reader->is_lookback = true;
        reader->slots_max = DECODERS;
    }
    znn_mutex_unlock(&lookback->lock);
    return status ? status : znn_reader_read_plain(reader, nested, ranges, count, error);
}

/* Returns the first range that ends after `offset`. */
static size_t range_at(const struct lookback *lookback, uint64_t offset)
{
    size_t low = 0;
    for (size_t high = lookback->count; low < high;) {
        size_t middle = low + (high - low) / 2;
        if (lookback->ranges[middle].end > offset)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

static bool add_range(struct lookback *lookback, uint64_t start, uint64_t end)
{
    assert(lookback->count == 0 || lookback->ranges[lookback->count - 1].end <= start); /* range_at() relies on it */
    if (lookback->count > 0 && lookback->ranges[lookback->count - 1].end == start) {
        lookback->ranges[lookback->count - 1].end = end;
        return true;
    }
    struct reference_range *ranges =
        znn_array_grow(lookback->ranges, lookback->count, &lookback->capacity, sizeof *ranges);
    if (!ranges)
        return false;
    lookback->ranges = ranges;
    ranges[lookback->count++] = (struct reference_range){start, end};
    return true;
}

enum znn_status znn_lookback_check(struct lookback *lookback, const struct record *record,
                                   const struct directory *directory, uint64_t place, struct znn_error *error)
{
    if (!znn_directory_has_references(directory))
        return ZNN_OK;
    for (size_t i = 0; i < directory->part_count; i++) {
        const struct part *part = &directory->parts[i];
        if (part->transform != TRANSFORM_REFERENCE)
            continue;
        size_t range = range_at(lookback, part->reference.source);
        if (range < lookback->count && lookback->ranges[range].start < part->reference.source + part->size)
            return znn_fail(error, ZNN_ERROR_CORRUPT, place, "a reference leads to another one");
    }
    return add_range(lookback, record->offset, record->offset + record->decoded_size)
               ? ZNN_OK
               : znn_fail_memory(error, SIZE_NOT_KNOWN);
}

void znn_lookback_advance(struct lookback *lookback, uint64_t end)
{
    znn_mutex_lock(&lookback->lock);
    assert(end >= lookback->mark); /* if the mark moved back, a chunk whose wait is over would wait again */
    lookback->mark = end;
    znn_mutex_unlock(&lookback->lock);
}

/*
 * original.c - an open .znn file of a mount, read as its original
 */
#include "cli/mount/original.h"

#include "cli/say/message.h"

#include <stdlib.h>
#include <string.h>

/* ---------------------------------------------------------------------------------------------------------------- */
/* Opening                                                                                                          */
/* ---------------------------------------------------------------------------------------------------------------- */

static struct extent find(struct block_source *source, uint64_t offset)
{
    const struct original *original = (const struct original *)source;
    struct extent extent;
    znn_reader_extent(original->reader, offset, &extent.start, &extent.size);
    return extent;
}

/* One thread suffices: other workers of the cache decode other blocks. */
static bool fill(struct block_source *source, struct extent extent, uint8_t *target)
{
    struct original *original = (struct original *)source;
    const struct znn_range range = {extent.start, extent.size, target};
    return znn_reader_read_ranges(original->reader, &range, 1, 1, NULL) == ZNN_OK;
}

/* If there is no base, or it is not found, everything that does not need it can still be read. */
static bool open_base(struct original *original)
{
    const struct base_settings *settings = &original->shared->settings->base;
    return settings->path ? znn_base_chain_open(&original->base, settings->path, settings->directory)
                          : znn_base_chain_find(&original->base, &original->file, settings->directory, NULL);
}

static bool open_reader(struct original *original)
{
    struct znn_input input = znn_input_file_stream(&original->file);
    struct znn_error error = {.struct_size = sizeof(struct znn_error), .offset = UINT64_MAX};
    if (input.size == ZNN_SIZE_UNKNOWN)
        return znn_input_file_say_stream(&original->file, "which cannot be mounted");
    if (!open_base(original))
        return false;
    struct znn_base *base = NULL;
    if (!znn_base_chain_has(&original->base, &original->file))
        base = znn_base_chain_base(&original->base);
    struct znn_reader_options options = {.struct_size = sizeof options, .base = base};
    return znn_reader_open(&input, &options, &original->reader, &error) == ZNN_OK ||
           znn_base_chain_say(&original->base, &original->file, &error);
}

static void close_files(struct original *original)
{
    znn_reader_close(original->reader);
    znn_base_chain_close(&original->base);
    znn_input_file_close(&original->file);
    free(original->path);
    free(original);
}

struct original *znn_original_open(struct originals *shared, const char *path)
{
    struct original *original = calloc(1, sizeof *original);
    if (!original)
        return NULL;
    original->shared = shared;
    original->path = strdup(path);
    original->file.fd = -1;
    original->ahead.window = shared->window;
    znn_monitor_enter(&shared->messages);
    bool fine = original->path && znn_input_file_open(&original->file, original->path, false) && open_reader(original);
    znn_monitor_leave(&shared->messages);
    if (!fine || !znn_monitor_open(&original->monitor)) {
        close_files(original);
        return NULL;
    }
    original->source = (struct block_source){.size = znn_reader_size(original->reader), .find = find, .fill = fill};
    return original;
}

void znn_original_close(struct original *original)
{
    znn_block_cache_forget(original->shared->cache, &original->source);
    znn_monitor_close(&original->monitor);
    close_files(original);
}

/* ---------------------------------------------------------------------------------------------------------------- */
/* Reading                                                                                                          */
/* ---------------------------------------------------------------------------------------------------------------- */

static void read_ahead(struct original *original, struct extent extent)
{
    znn_monitor_enter(&original->monitor);
    struct wanted wanted = znn_read_ahead_note(&original->ahead, extent.start, extent.start + extent.size);
    znn_monitor_leave(&original->monitor);
    if (wanted.start < wanted.end)
        znn_block_cache_ahead(original->shared->cache, &original->source, wanted.start, wanted.end);
}

static bool take_blocks(struct original *original, uint64_t offset, size_t size, struct original_bytes *bytes)
{
    while (size > 0) {
        if (bytes->count == ORIGINAL_PARTS)
            return false;
        struct extent extent = find(&original->source, offset);
        read_ahead(original, extent);
        const struct block *block = znn_block_cache_take(original->shared->cache, &original->source, extent);
        if (!block)
            return false;
        size_t start = (size_t)(offset - extent.start);
        size_t piece = size < extent.size - start ? size : extent.size - start;
        bytes->parts[bytes->count].data = block->data + start;
        bytes->parts[bytes->count].size = piece;
        bytes->blocks[bytes->count++] = block;
        offset += piece;
        size -= piece;
    }
    return true;
}

/* Each damaged chunk gets one line, however often it is read. */
static void report(struct original *original, const struct znn_error *error)
{
    struct monitor *messages = &original->shared->messages;
    znn_monitor_enter(messages);
    size_t i = 0;
    while (i < original->report_count && original->reports[i] != error->original_offset)
        i++;
    if (i == original->report_count && i < ORIGINAL_REPORTS) {
        original->reports[original->report_count++] = error->original_offset;
        znn_base_chain_say(&original->base, &original->file, error);
    }
    znn_monitor_leave(messages);
}

static bool read_exactly(struct original *original, uint64_t offset, size_t size, struct original_bytes *bytes)
{
    size_t got = 0;
    struct znn_error error = ZNN_INIT(struct znn_error);
    *bytes = (struct original_bytes){.own = malloc(size), .count = 1};
    if (!bytes->own)
        return false;
    if (znn_reader_pread(original->reader, bytes->own, size, offset, &got, &error) != ZNN_OK || got < size) {
        report(original, &error);
        free(bytes->own);
        return false;
    }
    bytes->parts[0].data = bytes->own;
    bytes->parts[0].size = size;
    return true;
}

bool znn_original_read(struct original *original, uint64_t offset, size_t size, struct original_bytes *bytes)
{
    uint64_t left = offset < original->source.size ? original->source.size - offset : 0;
    *bytes = (struct original_bytes){.count = 0};
    if (size > left)
        size = (size_t)left;
    if (take_blocks(original, offset, size, bytes))
        return true;
    znn_original_give_back(original, bytes);
    return read_exactly(original, offset, size, bytes);
}

void znn_original_give_back(struct original *original, struct original_bytes *bytes)
{
    if (!bytes->own)
        for (size_t i = 0; i < bytes->count; i++)
            znn_block_cache_give_back(original->shared->cache, bytes->blocks[i], bytes->parts[i].size);
    free(bytes->own);
}

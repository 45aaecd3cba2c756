/*
 * excerpt.c - copies a part of an original from a .znn file to an output
 */
#include "cli/tensors/excerpt.h"

#include "cli/flags/args.h"
#include "cli/say/message.h"

#include <stdlib.h>

/* Bytes per read: a few chunks, so that most of them need not be kept for the next read. */
#define PIECE ((size_t)8 << 20)

/* If there is no base, or it is not found, everything that does not need it can still be read. */
static bool open_base(struct excerpt *excerpt, const struct settings *settings)
{
    return settings->base.path ? znn_base_chain_open(&excerpt->base, settings->base.path, settings->base.directory)
                               : znn_base_chain_find(&excerpt->base, &excerpt->file, settings->base.directory, NULL);
}

static bool open_reader(struct excerpt *excerpt, const struct settings *settings, struct znn_input *input)
{
    struct znn_error error = {.struct_size = sizeof(struct znn_error), .offset = UINT64_MAX};
    struct znn_base *base = NULL;
    if (!open_base(excerpt, settings))
        return false;
    if (!znn_base_chain_has(&excerpt->base, &excerpt->file))
        base = znn_base_chain_base(&excerpt->base);
    struct znn_reader_options options = {
        .struct_size = sizeof(struct znn_reader_options), .base = base, .memory_limit = settings->limits.memory_limit};
    return znn_reader_open(input, &options, &excerpt->reader, &error) == ZNN_OK ||
           znn_base_chain_say(&excerpt->base, &excerpt->file, &error);
}

bool znn_excerpt_open(struct excerpt *excerpt, const struct settings *settings, const char *path)
{
    *excerpt = (struct excerpt){.reader = NULL};
    if (!znn_input_file_open(&excerpt->file, path, false))
        return false;
    struct znn_input input = znn_input_file_stream(&excerpt->file);
    if (input.size == ZNN_SIZE_UNKNOWN)
        znn_input_file_say_stream(&excerpt->file, "which cannot be read in parts");
    else if (open_reader(excerpt, settings, &input))
        return true;
    znn_base_chain_close(&excerpt->base);
    znn_input_file_close(&excerpt->file);
    return false;
}

void znn_excerpt_close(struct excerpt *excerpt)
{
    znn_progress_end(&excerpt->progress);
    znn_reader_close(excerpt->reader);
    znn_base_chain_close(&excerpt->base);
    znn_input_file_close(&excerpt->file);
}

void znn_excerpt_show_progress(struct excerpt *excerpt, uint64_t size, bool to_stdout)
{
    znn_progress_start(&excerpt->progress, excerpt->file.name, size, true, to_stdout);
}

bool znn_excerpt_try(struct excerpt *excerpt, uint64_t offset)
{
    uint8_t byte;
    return znn_excerpt_read(excerpt, offset, &byte, 1);
}

bool znn_excerpt_read(struct excerpt *excerpt, uint64_t offset, void *data, size_t size)
{
    size_t got;
    struct znn_error error = ZNN_INIT(struct znn_error);
    return znn_reader_pread(excerpt->reader, data, size, offset, &got, &error) == ZNN_OK ||
           znn_base_chain_say(&excerpt->base, &excerpt->file, &error);
}

void znn_excerpt_count(struct excerpt *excerpt, uint64_t size)
{
    excerpt->copied += size;
    znn_progress_tick(&excerpt->progress, excerpt->copied, ZNN_SIZE_UNKNOWN);
}

static bool copy(struct excerpt *excerpt, uint64_t offset, uint64_t size, struct output_file *output, void *buffer)
{
    while (size > 0) {
        size_t piece = size < PIECE ? (size_t)size : PIECE;
        size_t got;
        struct znn_error error = ZNN_INIT(struct znn_error);
        if (znn_reader_pread(excerpt->reader, buffer, piece, offset, &got, &error) != ZNN_OK)
            return znn_base_chain_say(&excerpt->base, &excerpt->file, &error);
        if (!znn_output_file_write(output, buffer, got))
            return false;
        znn_excerpt_count(excerpt, got);
        offset += got;
        size -= got;
    }
    return true;
}

bool znn_excerpt_copy(struct excerpt *excerpt, uint64_t offset, uint64_t size, struct output_file *output)
{
    void *buffer = malloc(size < PIECE ? (size_t)size + 1 : PIECE);
    if (!buffer)
        return znn_say_memory_error(excerpt->file.name);
    bool fine = copy(excerpt, offset, size, output, buffer);
    free(buffer);
    return fine;
}

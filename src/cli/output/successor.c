/*
 * successor.c - may a .znn file be replaced that others need as their base?
 */
#include "cli/output/successor.h"

#include "cli/flags/names.h"
#include "cli/input/base_chain.h"
#include "cli/say/message.h"
#include "cli/system/file_status.h"
#include "cli/system/open_file.h"

#include <stdlib.h>
#include <string.h>

/* Bytes per comparison: several chunks, because a part of a chunk takes as long as the whole. */
enum { PIECE = 1 << 22 };

static bool reads_equal(struct znn_reader *reader, const struct input_file *input, uint64_t offset, size_t size,
                        char *room)
{
    size_t got = 0;
    return znn_reader_pread(reader, room, size, offset, &got, NULL) == ZNN_OK && got == size &&
           znn_file_read_at(input->fd, room + PIECE, size, offset) == (ptrdiff_t)size &&
           memcmp(room, room + PIECE, size) == 0;
}

/* If memory runs out, they do not count as equal. */
static bool are_equal(struct znn_reader *reader, const struct input_file *input)
{
    uint64_t size = znn_reader_size(reader);
    char *room = malloc(2 * (size_t)PIECE);
    bool equal = room && znn_input_file_is_plain(input) && input->status.size == size;
    for (uint64_t offset = 0; equal && offset < size; offset += PIECE)
        equal = reads_equal(reader, input, offset, size - offset < PIECE ? (size_t)(size - offset) : PIECE, room);
    free(room);
    return equal;
}

/* Returns true if the .znn file `path` has the bytes of the input.  A file that cannot be read is of no use to others,
 * so it does not have to stay, either. */
static bool holds(const char *path, const struct input_file *input, const char *base_dir)
{
    struct base_chain chain = {.count = 0};
    struct znn_reader *reader = NULL;
    bool holds = true;
    if (znn_base_chain_look(&chain, path, base_dir)) {
        struct znn_input old = znn_input_fd(chain.links[0].file.fd);
        struct znn_reader_options options = {.struct_size = sizeof options,
                                             .base = chain.count > 1 ? chain.links[1].base : NULL};
        if (znn_reader_open(&old, &options, &reader, NULL) == ZNN_OK)
            holds = are_equal(reader, input);
        znn_reader_close(reader);
    }
    znn_base_chain_close(&chain);
    return holds;
}

static bool is_there(const char *path)
{
    struct file_status status;
    return path && znn_names_is_znn(path) && znn_file_status(path, &status) && status.kind == FILE_REGULAR;
}

bool znn_successor_check(struct orphans *orphans, const char *child, const struct input_file *input, bool is_changed,
                         const struct output_file *output)
{
    const char *path = output->path;
    if (!output->is_compressed || !is_there(path))
        return true;
    if (!child)
        child = znn_orphans_find(orphans, path, "");
    if (child == path)
        return znn_say_memory_error(path);
    if (!child || (!is_changed && holds(path, input, orphans->base_dir)))
        return true;
    return znn_say_error(path,
                         "not replaced, because '%s' needs it as a base, and it would hold other bytes; choose another "
                         "name, or use 'znn rebase' on that file first",
                         child);
}

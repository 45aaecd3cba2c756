/*
 * read_ahead.c - notices that a file is read in order, and says which blocks will be needed next
 */
#include "cli/mount/read_ahead.h"

/* Returns the stream that the block belongs to, or else the one that was unused for the longest time. */
static struct read_stream *find_stream(struct read_ahead *ahead, uint64_t block)
{
    struct read_stream *oldest = &ahead->streams[0];
    for (size_t i = 0; i < READ_AHEAD_STREAMS; i++) {
        struct read_stream *stream = &ahead->streams[i];
        if (stream->next > 0 && (block == stream->next || block + 1 == stream->next))
            return stream;
        if (stream->used < oldest->used)
            oldest = stream;
    }
    *oldest = (struct read_stream){.next = block + 1, .wanted = block + 1};
    return oldest;
}

struct wanted znn_read_ahead_note(struct read_ahead *ahead, uint64_t block)
{
    struct read_stream *stream = find_stream(ahead, block);
    stream->used = ++ahead->calls;
    if (stream->next != block)
        return (struct wanted){0, 0}; /* the same block again */
    stream->next = block + 1;
    if (stream->wanted < stream->next)
        stream->wanted = stream->next;
    uint64_t end = stream->next + ahead->window;
    if (stream->wanted + ahead->window / 2 > end)
        return (struct wanted){0, 0};
    struct wanted wanted = {stream->wanted, (size_t)(end - stream->wanted)};
    stream->wanted = end;
    return wanted;
}

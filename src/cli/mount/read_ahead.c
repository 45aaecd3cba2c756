/*
 * read_ahead.c - notices that a file is read in order, and says which bytes will be needed next
 */
#include "cli/mount/read_ahead.h"

/* Returns the stream that the block belongs to, or else the one that was unused for the longest time. */
static struct read_stream *find_stream(struct read_ahead *ahead, uint64_t start, uint64_t end)
{
    struct read_stream *oldest = &ahead->streams[0];
    for (size_t i = 0; i < READ_AHEAD_STREAMS; i++) {
        struct read_stream *stream = &ahead->streams[i];
        if (stream->next > 0 && (start == stream->next || end == stream->next))
            return stream;
        if (stream->used < oldest->used)
            oldest = stream;
    }
    *oldest = (struct read_stream){.next = end, .wanted = end};
    return oldest;
}

struct wanted znn_read_ahead_note(struct read_ahead *ahead, uint64_t start, uint64_t end)
{
    struct read_stream *stream = find_stream(ahead, start, end);
    stream->used = ++ahead->calls;
    if (stream->next != start)
        return (struct wanted){0, 0}; /* the same block again */
    stream->next = end;
    if (stream->wanted < end)
        stream->wanted = end;
    if (stream->wanted - end > ahead->window / 2)
        return (struct wanted){0, 0};
    struct wanted wanted = {stream->wanted, end + ahead->window};
    stream->wanted = wanted.end;
    return wanted;
}

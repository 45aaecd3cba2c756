/*
 * source.h - looking into an input without using it up
 *
 * Scanners want to look at bytes here and there; the engine then wants to read the same bytes from the start.  With a
 * random-access input that is no conflict.  A stream gives each byte once, so what a scanner looks at is kept (the
 * "prefix") and handed out again.  Scanners need not know which of the two they work on.
 */
#ifndef ZNN_COMMON_SOURCE_H
#define ZNN_COMMON_SOURCE_H

#include "common/buffer.h"
#include "common/error.h"

struct source {
    struct znn_input *input;
    uint64_t size;        /* ZNN_SIZE_UNKNOWN for a stream until its end was seen */
    struct buffer prefix; /* stream: the bytes read so far and not yet handed out for good */
    struct buffer window; /* random access: the last view */
    uint64_t position;    /* stream: offset of the first byte of the prefix */
    uint64_t view_limit;  /* bytes that may be held to be looked at; 0: any number */
};

void znn_source_open(struct source *source, struct znn_input *input);

void znn_source_close(struct source *source);

/*
 * True where any offset can be read at any time.
 */
bool znn_source_is_seekable(const struct source *source);

/*
 * Shows the bytes from `offset` on: *data points to *available of them, `size` at the most, fewer only where the input
 * ends.  The view lasts until the next call on `source`.
 *
 * Memory grows with the bytes that are really there, never with `size` as such; a caller that passes a `size` from a
 * file must still cap it at what it is willing to hold.  On a stream everything up to offset + size is kept.
 */
enum znn_status znn_source_view(struct source *source, uint64_t offset, size_t size, const uint8_t **data,
                                size_t *available, struct znn_error *error);

/*
 * Gives back the memory of views.  What a stream has handed out to them is kept, to be read.
 */
void znn_source_end_views(struct source *source);

/*
 * The bytes from `offset` on without a copy, *available of them, `size` at the most; NULL where the input is not in
 * memory.  They last as long as the input does.
 */
const uint8_t *znn_source_direct(const struct source *source, uint64_t offset, size_t size, size_t *available);

/*
 * Reads `size` bytes at `offset` into `data`, fewer only at the end; *got says how many.  On a stream `offset` must be
 * where the last call ended; scanning is over after the first call.  On random access it is safe from several threads.
 */
enum znn_status znn_source_read(struct source *source, uint64_t offset, void *data, size_t size, size_t *got,
                                struct znn_error *error);

/*
 * The same, but fewer than `size` bytes are ZNN_ERROR_CORRUPT: the file ends too early.
 */
enum znn_status znn_source_read_exactly(struct source *source, uint64_t offset, void *data, size_t size,
                                        struct znn_error *error);

#endif

/*
 * source.h - looks ahead in an input without consuming it
 *
 * Scanners look at bytes here and there; then the engine reads the same bytes from the start.  With a random-access
 * input both just work.  A stream gives each byte only once, so a source keeps the bytes that a scanner sees (the
 * "prefix") and hands them out again.  Scanners need not know which kind of input they work on.
 */
#ifndef ZNN_COMMON_SOURCE_H
#define ZNN_COMMON_SOURCE_H

#include "common/buffer.h"
#include "common/error.h"

struct source {
    struct znn_input *input;
    uint64_t size;        /* ZNN_SIZE_UNKNOWN for a stream until its end is reached */
    struct buffer prefix; /* stream: the bytes that were read ahead and not yet consumed */
    struct buffer window; /* random access: the last view */
    uint64_t position;    /* stream: offset of the first byte of the prefix */
    uint64_t view_limit;  /* the most bytes that views may hold; 0: no limit */
};

void znn_source_open(struct source *source, struct znn_input *input);

void znn_source_close(struct source *source);

/*
 * Returns true if any offset can be read at any time.
 */
bool znn_source_is_seekable(const struct source *source);

/*
 * Shows the bytes from `offset` on.  Sets *data to them and *available to their number: `size`, or fewer if the input
 * ends before that.  The view is valid until the next call on `source`.
 *
 * Memory grows with the bytes that are really there, not with `size`.  If `size` comes from a file, the caller must
 * still limit it to the number of bytes that it is willing to hold.  A stream keeps everything up to offset + size.
 */
enum znn_status znn_source_view(struct source *source, uint64_t offset, size_t size, const uint8_t **data,
                                size_t *available, struct znn_error *error);

/*
 * Frees the memory of views.  A stream keeps the bytes that views showed, because they must still be read.
 */
void znn_source_end_views(struct source *source);

/*
 * Returns the bytes from `offset` on without a copy, and sets *available to their number, at most `size`.  Returns NULL
 * if the input is not in memory.  The bytes are valid as long as the input is.
 */
const uint8_t *znn_source_direct(const struct source *source, uint64_t offset, size_t size, size_t *available);

/*
 * Reads `size` bytes at `offset` into `data`, fewer only at the end, and sets *got to their number.  On a stream,
 * `offset` must be the end of the last read, and views are not allowed after the first read.  On a random-access input,
 * several threads may call this at once.
 */
enum znn_status znn_source_read(struct source *source, uint64_t offset, void *data, size_t size, size_t *got,
                                struct znn_error *error);

/*
 * Does the same, but fails with ZNN_ERROR_CORRUPT if fewer than `size` bytes exist: the file ends too early.
 */
enum znn_status znn_source_read_exactly(struct source *source, uint64_t offset, void *data, size_t size,
                                        struct znn_error *error);

#endif

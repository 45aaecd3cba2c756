/*
 * lookback.h - reads bytes that were decoded earlier
 *
 * A reference names bytes that were output earlier.  If the output can be read, the bytes are read from there.
 * Otherwise, if the input can be read at any position, the bytes are decoded again from the input.
 *
 *     input     | chunk | chunk | reference |
 *                   |      ^ 2. reader |  ^
 *     output    | bytes | bytes |      v  |
 *                   ^ 1. read_at ---------+
 *
 * The bytes that a reference names must be below the mark before they are read.  The mark moves up as chunks are
 * finished in order.  The chunks that hold these bytes must not have references themselves.
 */
#ifndef ZNN_ENGINE_FILE_LOOKBACK_H
#define ZNN_ENGINE_FILE_LOOKBACK_H

#include "common/source.h"
#include "container/chunk.h"
#include "engine/coding/allowance.h"
#include "platform/threads.h"

/* A range of the original whose chunks have references. */
struct reference_range {
    uint64_t start;
    uint64_t end;
};

struct lookback {
    struct znn_output *output;
    struct znn_input *input;
    struct znn_base *base; /* the base of the input, or NULL; set it before znn_lookback_open() */
    bool enabled;
    bool reads_output;
    struct mutex lock;         /* guards the members below */
    struct znn_reader *reader; /* opened on first use */
    uint64_t mark;
    struct reference_range *ranges; /* by offset; changed only by the thread whose turn it is */
    size_t count;
    size_t capacity;
};

/*
 * Prepares for an input, which can be read at any position if `seekable` is set.  `references` comes from the header;
 * if it is false, nothing is prepared.  Returns ZNN_ERROR_ARGUMENT if neither the output nor the input can be read.
 */
enum znn_status znn_lookback_open(struct lookback *lookback, struct znn_output *output, struct znn_input *input,
                                  bool seekable, bool references, struct znn_error *error);

void znn_lookback_close(struct lookback *lookback);

/*
 * Returns true if a chunk whose references end at `end` must wait for its turn.
 */
bool znn_lookback_must_wait(struct lookback *lookback, uint64_t end);

/*
 * Reads ranges of the original that lie below the mark.  Any thread may call this.  Missing bytes read as zeros.
 */
enum znn_status znn_lookback_read(void *lookback, const struct nested *nested, const struct range *ranges, size_t count,
                                  struct znn_error *error);

/*
 * Checks the ranges that the references of a chunk name.  `place` is the position of the chunk's record.  Only the
 * worker whose turn it is may call this.
 */
enum znn_status znn_lookback_check(struct lookback *lookback, const struct record *record,
                                   const struct directory *directory, uint64_t place, struct znn_error *error);

/*
 * Moves the mark: all bytes below `end` have been output.  Only the worker whose turn it is may call this.
 */
void znn_lookback_advance(struct lookback *lookback, uint64_t end);

#endif

/*
 * lookback.h - reading again what was decoded
 *
 * A reference names bytes that were given out already.  Where the output can be read, they are taken from there; else,
 * where the input can be read at any place, they are decoded once more from that.
 *
 *     input     | chunk | chunk | reference |
 *                   |      ^ 2. reader |  ^
 *     output    | bytes | bytes |      v  |
 *                   ^ 1. read_at ---------+
 *
 * What a reference names must be there before it is read: all that lies below the mark, which moves up as chunks are
 * finished in order.  And no chunk that it lies in may have references itself.
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
    struct znn_base *base; /* what the input has for a base, or NULL: to be set beforehand */
    bool enabled;
    bool reads_output;
    struct mutex lock;         /* guards what follows */
    struct znn_reader *reader; /* opened when it is needed first */
    uint64_t mark;
    struct reference_range *ranges; /* by offset; kept in turn */
    size_t count;
    size_t capacity;
};

/*
 * Prepares for an input of which `seekable` says whether it can be read at any place.  `references` is what the header
 * says: where it is false, nothing is prepared.  ZNN_ERROR_ARGUMENT where neither way is open.
 */
enum znn_status znn_lookback_open(struct lookback *lookback, struct znn_output *output, struct znn_input *input,
                                  bool seekable, bool references, struct znn_error *error);

void znn_lookback_close(struct lookback *lookback);

/*
 * Whether a chunk whose references end at `end` must wait until its turn has come.
 */
bool znn_lookback_must_wait(struct lookback *lookback, uint64_t end);

/*
 * Reads ranges of the original that lie below the mark.  From any thread.  What is not there is not told from zeros.
 */
enum znn_status znn_lookback_read(void *lookback, const struct nested *nested, const struct range *ranges, size_t count,
                                  struct znn_error *error);

/*
 * In turn: checks what the references of a chunk name.  `place` is that of the record.
 */
enum znn_status znn_lookback_check(struct lookback *lookback, const struct record *record,
                                   const struct directory *directory, uint64_t place, struct znn_error *error);

/*
 * In turn: all bytes below `end` are there.
 */
void znn_lookback_advance(struct lookback *lookback, uint64_t end);

#endif

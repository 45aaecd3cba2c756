/*
 * reader_ranges.c - reads many ranges of the original at once, with several threads
 *
 * Each range is cut where chunks end, and the pieces are sorted by chunk.  The pieces of one chunk are a task.  The
 * worker that takes the task decodes the chunk once and serves all its pieces.
 *
 *     ranges      |-------------|   |----|
 *                       |--------------------|
 *     chunks    |    a    |    b    |    c    |
 *     tasks       a: 2 pieces    b: 3    c: 2
 *
 * Tasks may finish in any order.  But if several chunks fail, the error of the first one is reported.
 */
#include "engine/file/reader_ranges.h"

#include <stdlib.h>

#include "common/array.h"
#include "common/memory.h"
#include "engine/file/reader.h"
#include "engine/threads/turns_task.h"

struct ranges {
    struct znn_reader *reader;
    struct chunk_share *pieces; /* sorted by chunk */
    size_t count;
    size_t capacity;
    size_t next; /* the first piece of the next task; guarded by the draw lock */
    struct turns turns;
};

static enum znn_status add_range(struct ranges *ranges, const struct znn_range *range, struct znn_error *error)
{
    const struct znn_reader *reader = ranges->reader;
    uint8_t *target = range->target;
    size_t left = range->size;
    for (size_t chunk = left > 0 ? znn_reader_chunk_at(reader, range->offset) : 0; left > 0; chunk++) {
        uint64_t offset = range->offset + (range->size - left);
        uint32_t start = (uint32_t)(offset - reader->chunks[chunk].offset);
        uint32_t there = reader_chunk_size(reader, chunk) - start;
        uint32_t size = left < there ? (uint32_t)left : there;
        struct chunk_share *pieces =
            znn_array_grow(ranges->pieces, ranges->count, &ranges->capacity, sizeof *ranges->pieces);
        if (!pieces)
            return znn_fail_memory(error, ranges->count * sizeof *pieces);
        ranges->pieces = pieces;
        pieces[ranges->count++] = (struct chunk_share){chunk, start, size, target};
        target += size;
        left -= size;
    }
    return ZNN_OK;
}

static int compare_pieces(const void *a, const void *b)
{
    const struct chunk_share *x = a, *y = b;
    return (x->chunk > y->chunk) - (x->chunk < y->chunk);
}

static enum znn_status make_tasks(struct ranges *ranges, const struct znn_range *asked, size_t count,
                                  struct znn_error *error)
{
    const uint64_t end = znn_reader_size(ranges->reader);
    for (size_t i = 0; i < count; i++)
        if (asked[i].offset > end || asked[i].size > end - asked[i].offset)
            return znn_fail(error, ZNN_ERROR_ARGUMENT, ZNN_NO_OFFSET, "range %zu leads beyond the end", i);
    enum znn_status status = ZNN_OK;
    for (size_t i = 0; i < count && !status; i++)
        status = add_range(ranges, &asked[i], error);
    if (!status && ranges->count > 0)
        qsort(ranges->pieces, ranges->count, sizeof *ranges->pieces, compare_pieces);
    return status;
}

struct worker {
    struct ranges *ranges;
    const struct chunk_share *pieces; /* of the chunk that was drawn */
    size_t count;
    struct znn_error error;
};

static enum znn_status draw_pieces(void *context, bool *end)
{
    struct worker *worker = context;
    struct ranges *ranges = worker->ranges;
    size_t start = ranges->next;
    *end = start == ranges->count;
    worker->pieces = ranges->pieces + start;
    while (ranges->next < ranges->count && ranges->pieces[ranges->next].chunk == worker->pieces->chunk)
        ranges->next++;
    worker->count = ranges->next - start;
    return ZNN_OK;
}

static enum znn_status read_pieces(void *context, uint64_t ticket)
{
    struct worker *worker = context;
    (void)ticket;
    return znn_reader_read_pieces(worker->ranges->reader, worker->pieces->chunk, worker->pieces, worker->count,
                                  &worker->error);
}

/* A finished task leaves no work to do in order. */
static bool leave_nothing(void *worker, uint64_t ticket)
{
    (void)worker;
    (void)ticket;
    return true;
}

static enum znn_status settle_nothing(void *context, uint64_t ticket, struct znn_error *error)
{
    (void)context;
    (void)ticket;
    (void)error;
    return ZNN_OK;
}

static void work(void *context)
{
    static const struct turns_task task = {.draw = draw_pieces, .work = read_pieces, .leave = leave_nothing};
    struct worker worker = {.ranges = context};
    while (znn_turns_do_task(&worker.ranges->turns, &task, &worker, &worker.error))
        ;
}

static enum znn_status do_tasks(struct ranges *ranges, unsigned threads, struct znn_error *error)
{
    threads = znn_threads(threads);
    if (threads > ranges->count)
        threads = (unsigned)ranges->count;
    enum znn_status status = znn_turns_open(&ranges->turns, threads, false, error);
    if (status)
        return status;
    znn_turns_settle_by(&ranges->turns, settle_nothing, ranges);
    status = znn_turns_run(&ranges->turns, work, ranges, error);
    znn_turns_close(&ranges->turns);
    return status;
}

enum znn_status znn_ranges_read(struct znn_reader *reader, const struct znn_range *asked, size_t count,
                                unsigned threads, struct znn_error *error)
{
    struct ranges ranges = {.reader = reader};
    enum znn_status status = make_tasks(&ranges, asked, count, error);
    if (!status && ranges.count > 0)
        status = do_tasks(&ranges, threads, error);
    znn_release(ranges.pieces);
    return status;
}

/*
 * turns.h - many workers, one order
 *
 * Chunks are worked on by several threads, but read and written in order.  There is no reader, no writer and no queue:
 * each worker draws a ticket, which is the number of its chunk, does its work, waits until all tickets before it are
 * done, writes, and lets the next one pass.
 *
 *     worker A   | draw 0 | work       | turn | draw 2 | work   ...
 *     worker B        | draw 1 | work     ....... | turn | draw 3 | work ...
 *
 * Where a result is in its place already, and only little is left to be done in order, nobody waits for that: it is
 * done by whoever has the turn.
 *
 * Drawing happens under a lock, because whoever draws also takes his piece of the input; what happens in one's turn
 * needs no further lock.  Errors keep the order too: the error of the lowest ticket is the one that is reported,
 * whichever thread was first, so that the outcome does not depend on the number of threads.
 */
#ifndef ZNN_ENGINE_THREADS_TURNS_H
#define ZNN_ENGINE_THREADS_TURNS_H

#include <stdbool.h>

#include "common/error.h"
#include "platform/threads.h"

/* So far ahead of the turn a ticket may be left to others. */
#define TURNS_AHEAD 256

typedef enum znn_status turns_settle(void *context, uint64_t ticket, struct znn_error *error);

/*
 * Reading and writing mostly wait for the kernel, which copies; so there is one worker more than threads that compute,
 * and a gate that lets only so many compute at a time.
 */
struct turns {
    struct mutex draw_lock;   /* held by who draws */
    struct mutex lock;        /* guards what follows */
    struct condition *passed; /* one for each thread: few tickets wait on each */
    struct condition gate;    /* somebody has left off computing */
    unsigned threads;         /* in all; may be lowered before they run, see budget.h */
    unsigned places;          /* in `passed` */
    unsigned idle;            /* how many more may compute */
    uint64_t next;            /* ticket to be drawn; guarded by draw_lock */
    bool dry;                 /* nothing more to draw; guarded by draw_lock */
    uint64_t turn;            /* ticket whose turn it is */
    bool left[TURNS_AHEAD];   /* tickets from `turn` on that were left to others, by their remainders */
    bool settling;            /* somebody does what was left */
    turns_settle *settle;     /* which is this, */
    void *context;            /* with this */
    bool over;                /* no more turns: an error, or the end was reached */
    enum znn_status status;
    struct znn_error error;
};

/*
 * The number of threads that `wanted` means: itself, or one per available processor for 0.
 */
unsigned znn_threads(unsigned wanted);

/*
 * Prepares for `threads` that compute, and one more for input and output where `files` says that there are any.  Fails
 * for want of memory.
 */
enum znn_status znn_turns_open(struct turns *turns, unsigned threads, bool files, struct znn_error *error);

void znn_turns_close(struct turns *turns);

/*
 * Says, before they run, what is done in turn for tickets that are left to others: settle(context, ticket).
 */
void znn_turns_settle_by(struct turns *turns, turns_settle *settle, void *context);

/*
 * Calls work(context) in each thread, one of them the caller's, and returns when all have returned.  Where the system
 * refuses threads, there are fewer.  The result is the status that ended the turns, ZNN_OK where none did.
 */
enum znn_status znn_turns_run(struct turns *turns, void (*work)(void *context), void *context, struct znn_error *error);

/*
 * Takes the lock for drawing.  False, without the lock, where there is nothing more to do.
 */
bool znn_turns_draw(struct turns *turns, uint64_t *ticket);

/*
 * Releases the lock for drawing.
 */
void znn_turns_drawn(struct turns *turns);

/*
 * Says, while holding the lock for drawing, that there is nothing more to draw.
 */
void znn_turns_dry(struct turns *turns);

/*
 * Stand around what is computed, as opposed to read or written.
 */
void znn_turns_enter(struct turns *turns);
void znn_turns_leave(struct turns *turns);

/*
 * Waits for one's turn.  False where the turns are over: drop the work and return.
 */
bool znn_turns_wait(struct turns *turns, uint64_t ticket);

/*
 * Ends one's turn.  What the tickets after it have left is done now.
 */
void znn_turns_pass(struct turns *turns);

/*
 * Whether a ticket may be left to others, instead of waiting for its turn.
 */
bool znn_turns_may_leave(struct turns *turns, uint64_t ticket);

/*
 * Leaves what has to be done in turn to whoever has the turn, if it is not the caller's already.  False where the turns
 * are over.
 */
bool znn_turns_leave_to_others(struct turns *turns, uint64_t ticket);

/*
 * Waits for one's turn and makes it the last: `status`, with `failure` where it is an error, is the outcome.
 */
void znn_turns_end(struct turns *turns, uint64_t ticket, enum znn_status status, const struct znn_error *failure);

/*
 * Ends all turns for something that failed after one's own turn was passed on.  An earlier failure is kept.
 */
void znn_turns_break(struct turns *turns, enum znn_status status, const struct znn_error *failure);

/*
 * Waits for a turn and ends it for a worker that could not even start: its error takes the place of a piece of work.
 */
void znn_turns_fail(struct turns *turns, enum znn_status status, const struct znn_error *failure);

#endif

/*
 * turns.h - lets workers do their work in parallel, but finish it in order
 *
 * Several threads work on chunks, but chunks are read and written in order.  There is no reader, no writer and no
 * queue.  Each worker draws a ticket, which is the number of its chunk, and does its work.  Then it waits until all
 * earlier tickets are done, writes, and passes the turn on.
 *
 *     worker A   | draw 0 | work       | turn | draw 2 | work   ...
 *     worker B        | draw 1 | work     ....... | turn | draw 3 | work ...
 *
 * If a result is already in place and only bookkeeping remains, its worker does not wait: the worker whose turn it is
 * does the bookkeeping.
 *
 * Drawing needs a lock, because a worker that draws also takes its piece of the input.  A worker needs no other lock
 * during its turn.  Errors keep the order, too: the reported error is that of the lowest ticket, whichever thread
 * failed first.  So the outcome does not depend on the number of threads.
 */
#ifndef ZNN_ENGINE_THREADS_TURNS_H
#define ZNN_ENGINE_THREADS_TURNS_H

#include <stdbool.h>

#include "common/error.h"
#include "platform/threads.h"

/* How far ahead of the turn a ticket may be and still be left to others. */
#define TURNS_AHEAD 256

typedef enum znn_status turns_settle(void *context, uint64_t ticket, struct znn_error *error);

/*
 * Input and output mostly wait for the kernel, which copies.  So there is one worker more than threads that compute,
 * and a gate limits the number of workers that compute at a time.
 */
struct turns {
    struct mutex draw_lock;      /* held while drawing */
    struct mutex lock;           /* guards the members below, except as noted */
    struct condition *passed;    /* one per thread, so that few tickets wait on each */
    struct condition gate;       /* signalled when a worker stops computing */
    unsigned threads;            /* number of workers; may be lowered before they start, see budget.h */
    unsigned places;             /* size of `passed` */
    unsigned idle;               /* how many more workers may compute */
    uint64_t next;               /* the next ticket to draw; guarded by draw_lock */
    bool dry;                    /* nothing is left to draw; guarded by draw_lock */
    uint64_t turn;               /* the ticket whose turn it is */
    bool left[TURNS_AHEAD];      /* tickets from `turn` on that were left to others, by ticket modulo TURNS_AHEAD */
    bool settling;               /* a worker is doing the work of such tickets */
    turns_settle *settle;        /* does that work, */
    void *context;               /* called with this */
    void (*work)(void *context); /* what each worker does, */
    void *work_context;          /* called with this, */
    const struct znn_allocator *allocator; /* with this allocator as the current one */
    bool over;                             /* no more turns, because of an error or because the end was reached */
    enum znn_status status;
    struct znn_error error;
};

/*
 * Returns the number of threads to use: `wanted` or, if that is 0, one per available processor.
 */
unsigned znn_threads(unsigned wanted);

/*
 * Prepares for `threads` threads that compute, plus one for input and output if `files` is set.  Fails if memory runs
 * out.
 */
enum znn_status znn_turns_open(struct turns *turns, unsigned threads, bool files, struct znn_error *error);

void znn_turns_close(struct turns *turns);

/*
 * Sets the function that does the work of tickets left to others: settle(context, ticket).  Call this before the
 * workers start.
 */
void znn_turns_settle_by(struct turns *turns, turns_settle *settle, void *context);

/*
 * Calls work(context) in each thread, including the caller's, and returns when all calls have returned.  Uses fewer
 * threads if the system refuses to start more.  Returns the status that ended the turns, or ZNN_OK.
 */
enum znn_status znn_turns_run(struct turns *turns, void (*work)(void *context), void *context, struct znn_error *error);

/*
 * Takes the draw lock and draws a ticket.  Returns false, without the lock, if there is nothing left to do.
 */
bool znn_turns_draw(struct turns *turns, uint64_t *ticket);

/*
 * Releases the draw lock.
 */
void znn_turns_drawn(struct turns *turns);

/*
 * Marks that nothing is left to draw.  Call this while holding the draw lock.
 */
void znn_turns_dry(struct turns *turns);

/*
 * Call these before and after computing, as opposed to reading or writing.
 */
void znn_turns_enter(struct turns *turns);
void znn_turns_leave(struct turns *turns);

/*
 * Waits for the ticket's turn.  Returns false if the turns are over; then discard the work and return.
 */
bool znn_turns_wait(struct turns *turns, uint64_t ticket);

/*
 * Ends the current turn.  Then does the work of the next tickets, if they were left to others.
 */
void znn_turns_pass(struct turns *turns);

/*
 * Returns true if a ticket may be left to others instead of waiting for its turn.
 */
bool znn_turns_may_leave(struct turns *turns, uint64_t ticket);

/*
 * Leaves the ticket's work in turn to the worker that reaches it, or does it now if it is the ticket's turn.  Returns
 * false if the turns are over.
 */
bool znn_turns_leave_to_others(struct turns *turns, uint64_t ticket);

/*
 * Waits for the ticket's turn and makes it the last.  The outcome is `status` and, if that is an error, `failure`.
 */
void znn_turns_end(struct turns *turns, uint64_t ticket, enum znn_status status, const struct znn_error *failure);

/*
 * Ends all turns because of an error after the worker passed its turn on.  Keeps an earlier error.
 */
void znn_turns_break(struct turns *turns, enum znn_status status, const struct znn_error *failure);

/*
 * Draws a ticket for a worker that could not start, and ends the turns with its error when the ticket's turn comes.
 */
void znn_turns_fail(struct turns *turns, enum znn_status status, const struct znn_error *failure);

#endif

/*
 * turns_task.h - what a worker does with each of its tickets
 *
 * All users of turns.h go through the same steps with each ticket.  They give the steps as functions:
 *
 *     draw    takes a piece of the input             one worker at a time, in order
 *     work    does most of the work                  beside other workers
 *     leave   notes what must be done in order       beside other workers; then another worker may do it
 *     finish  does what must be done in order        one worker at a time, in order
 *     after   does what may follow the turn          beside other workers
 */
#ifndef ZNN_ENGINE_THREADS_TURNS_TASK_H
#define ZNN_ENGINE_THREADS_TURNS_TASK_H

#include "engine/threads/turns.h"

/*
 * The steps.  Each gets the state of its worker.  A step that fails fills the error that was given to
 * znn_turns_do_task().  All but `draw` and `work` may be NULL.
 */
struct turns_task {
    /* Sets *end if there is nothing left to draw.  Then the ticket has no work, and its turn is the last. */
    enum znn_status (*draw)(void *worker, bool *end);
    /* If this step waits for the ticket's turn and the turns are over, it returns ZNN_OK. */
    enum znn_status (*work)(void *worker, uint64_t ticket);
    /* Returns false if the ticket must wait for its turn. */
    bool (*leave)(void *worker, uint64_t ticket);
    /* Sets *end if this turn is the last. */
    enum znn_status (*finish)(void *worker, bool *end);
    enum znn_status (*after)(void *worker);
};

/*
 * Draws a ticket and does its task.  `error` belongs to the worker.  Returns false if there is nothing more to do.
 */
bool znn_turns_do_task(struct turns *turns, const struct turns_task *task, void *worker, struct znn_error *error);

#endif

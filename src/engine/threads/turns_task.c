/*
 * turns_task.c - what a worker does with each of its tickets
 */
#include "engine/threads/turns_task.h"

/* Draws a ticket and its piece of the input.  Returns false if the turns are over. */
static bool draw(struct turns *turns, const struct turns_task *task, void *worker, uint64_t *ticket, bool *end,
                 enum znn_status *status)
{
    if (!znn_turns_draw(turns, ticket))
        return false;
    *status = task->draw(worker, end);
    if (*status || *end)
        znn_turns_dry(turns);
    znn_turns_drawn(turns);
    return true;
}

/* Does the steps in turn and after it.  Returns false if there is nothing more to do. */
static bool finish(struct turns *turns, const struct turns_task *task, void *worker, uint64_t ticket,
                   struct znn_error *error)
{
    bool end = false;
    enum znn_status status = task->finish ? task->finish(worker, &end) : ZNN_OK;
    if (status || end)
        znn_turns_end(turns, ticket, status, error);
    else
        znn_turns_pass(turns);
    if (status || !task->after)
        return !status && !end;
    status = task->after(worker);
    if (status)
        znn_turns_break(turns, status, error);
    return !status && !end;
}

bool znn_turns_do_task(struct turns *turns, const struct turns_task *task, void *worker, struct znn_error *error)
{
    uint64_t ticket;
    bool end = false;
    enum znn_status status;
    if (!draw(turns, task, worker, &ticket, &end, &status))
        return false;
    if (!status && !end)
        status = task->work(worker, ticket);
    if (status || end) {
        znn_turns_end(turns, ticket, status, error);
        return false;
    }
    if (task->leave && znn_turns_may_leave(turns, ticket) && task->leave(worker, ticket))
        return znn_turns_leave_to_others(turns, ticket);
    return znn_turns_wait(turns, ticket) && finish(turns, task, worker, ticket, error);
}

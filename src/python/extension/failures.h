/*
 * failures.h - exceptions, from callbacks and from the library
 *
 * A callback that raises in a worker thread cannot raise there: the exception must come out of the call that the worker
 * works for.  So the callback keeps the exception, and gives the library a ticket for it, dressed as an errno.  If the
 * call fails with this errno, the exception that has the ticket is raised.  Several calls may read the same file at
 * once, and each gets its own exception.
 *
 *     callback:  raises -> ext_failures_keep() -> ZNN_CALLBACK_ERRNO(ticket)
 *     the call:  ZNN_ERROR_IO, system_error == ticket -> ext_call_end() raises the exception
 *
 * Exceptions that no call asked for, because another chunk failed first, are dropped when the last call ends.
 */
#ifndef ZNN_PYTHON_FAILURES_H
#define ZNN_PYTHON_FAILURES_H

#include <stdbool.h>

#include "znn.h"

#include "python/extension/state.h"

/*
 * The exceptions that callbacks of one file, or of one call, have raised.  Start from a zeroed struct.  Guarded by the
 * GIL.
 */
struct ext_failures {
    struct ext_state *state;
    PyObject *kept;   /* ticket -> exception; NULL if there is none */
    PyObject *raised; /* an exception of a callback that cannot give a ticket, or NULL */
    size_t calls;     /* calls in progress */
};

/*
 * Keeps the exception that is set, and clears it.  Returns the code for the callback to return.
 */
ptrdiff_t ext_failures_keep(struct ext_failures *failures);

/*
 * The same for a callback that can only say stop.
 */
void ext_failures_keep_raised(struct ext_failures *failures);

void ext_failures_clear(struct ext_failures *failures);
int ext_failures_visit(struct ext_failures *failures, visitproc visit, void *arg);

struct ext_base;

/*
 * A call of the library: whose callbacks may run, and what came of it.  Begin it before the GIL is released, and end it
 * when the GIL is held again.  If the status is not ZNN_OK, the end sets the exception, and returns false.
 */
struct ext_call {
    struct ext_failures *own;
    struct ext_base *base; /* the chain of bases that the call may read, or NULL */
    struct znn_error error;
};

void ext_call_begin(struct ext_call *call, struct ext_failures *own, struct ext_base *base);
bool ext_call_end(struct ext_call *call, enum znn_status status);

#endif

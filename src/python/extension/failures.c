/*
 * failures.c - exceptions, from callbacks and from the library
 */
#include "python/extension/failures.h"

#include <limits.h>

#include "python/extension/base.h"

/* Tickets stay clear of the numbers that an operating system uses for its errors. */
#define TICKET_FIRST (1 << 20)

/* Takes the exception that is set, with its traceback inside. */
static PyObject *take_exception(void)
{
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    PyErr_NormalizeException(&type, &value, &traceback);
    if (value && traceback)
        (void)PyException_SetTraceback(value, traceback);
    Py_XDECREF(type);
    Py_XDECREF(traceback);
    return value;
}

/* Raises an exception as it is.  Takes over the reference. */
static void raise_again(PyObject *exception)
{
    PyObject *type = (PyObject *)Py_TYPE(exception);
    Py_INCREF(type);
    PyErr_Restore(type, exception, PyException_GetTraceback(exception));
}

static int new_ticket(struct ext_state *state)
{
    bool is_first = state->ticket < TICKET_FIRST || state->ticket >= INT_MAX / 2;
    state->ticket = is_first ? TICKET_FIRST : state->ticket + 1;
    return state->ticket;
}

/* Stores `exception` under `ticket`. */
static bool store(struct ext_failures *failures, int ticket, PyObject *exception)
{
    if (!failures->kept)
        failures->kept = PyDict_New();
    PyObject *key = failures->kept ? PyLong_FromLong(ticket) : NULL;
    bool good = key && PyDict_SetItem(failures->kept, key, exception) == 0;
    Py_XDECREF(key);
    return good;
}

ptrdiff_t ext_failures_keep(struct ext_failures *failures)
{
    int ticket = new_ticket(failures->state);
    PyObject *exception = take_exception();
    bool good = exception && store(failures, ticket, exception);
    Py_XDECREF(exception);
    if (good)
        return ZNN_CALLBACK_ERRNO(ticket);
    PyErr_Clear();
    return ZNN_CALLBACK_MEMORY;
}

void ext_failures_keep_raised(struct ext_failures *failures)
{
    PyObject *exception = take_exception();
    if (failures->raised)
        Py_XDECREF(exception); /* the first one counts */
    else
        failures->raised = exception;
}

void ext_failures_clear(struct ext_failures *failures)
{
    Py_CLEAR(failures->kept);
    Py_CLEAR(failures->raised);
}

int ext_failures_visit(struct ext_failures *failures, visitproc visit, void *arg)
{
    Py_VISIT(failures->kept);
    Py_VISIT(failures->raised);
    return 0;
}

/* Removes and returns the exception with this ticket, or returns NULL. */
static PyObject *take_kept(struct ext_failures *failures, int ticket)
{
    PyObject *key = failures->kept ? PyLong_FromLong(ticket) : NULL;
    PyObject *exception = key ? PyDict_GetItemWithError(failures->kept, key) : NULL;
    if (exception) {
        Py_INCREF(exception);
        (void)PyDict_DelItem(failures->kept, key);
    }
    Py_XDECREF(key);
    PyErr_Clear();
    return exception;
}

/* Removes and returns any exception, or returns NULL. */
static PyObject *take_any(struct ext_failures *failures)
{
    PyObject *key, *exception = NULL;
    Py_ssize_t place = 0;
    if (failures->kept && PyDict_Next(failures->kept, &place, &key, &exception)) {
        Py_INCREF(exception);
        ext_failures_clear(failures);
    }
    return exception;
}

static PyObject *take_raised(struct ext_failures *failures)
{
    PyObject *exception = failures->raised;
    failures->raised = NULL;
    return exception;
}

void ext_call_begin(struct ext_call *call, struct ext_failures *own, struct ext_base *base)
{
    *call = (struct ext_call){.own = own, .base = base, .error = ZNN_INIT(struct znn_error)};
    own->calls++;
    for (; base; base = base->parent)
        base->failures.calls++;
}

static void leave(struct ext_failures *failures)
{
    if (--failures->calls == 0)
        ext_failures_clear(failures);
}

/* Raises the exception that describes an error of the library. */
static void raise_error(PyObject *make_error, const struct znn_error *error)
{
    PyObject *exception =
        PyObject_CallFunction(make_error, "iiKKKIs", (int)error->status, error->system_error,
                              (unsigned long long)error->offset, (unsigned long long)error->original_offset,
                              (unsigned long long)error->original_size, error->base, error->detail);
    if (exception)
        raise_again(exception);
}

/*
 * Returns the exception of the callback that made the call fail, or NULL if no callback did.  A base that cannot be
 * read fails with ZNN_ERROR_BASE, which has no ticket, so any exception of the base counts.
 */
static PyObject *find_exception(struct ext_call *call, enum znn_status status)
{
    int ticket = status == ZNN_ERROR_IO ? call->error.system_error : 0;
    PyObject *exception = NULL;
    if (status == ZNN_ERROR_CANCELLED || status == ZNN_ERROR_ARGUMENT)
        exception = take_raised(call->own);
    else if (ticket >= TICKET_FIRST)
        exception = take_kept(call->own, ticket);
    for (struct ext_base *base = call->base; base && !exception; base = base->parent)
        if (ticket >= TICKET_FIRST)
            exception = take_kept(&base->failures, ticket);
        else if (status == ZNN_ERROR_BASE)
            exception = take_any(&base->failures);
    return exception;
}

bool ext_call_end(struct ext_call *call, enum znn_status status)
{
    PyObject *exception = status ? find_exception(call, status) : NULL;
    PyObject *make_error = call->own->state->make_error;
    leave(call->own);
    for (struct ext_base *base = call->base; base; base = base->parent)
        leave(&base->failures);
    if (exception)
        raise_again(exception);
    else if (status)
        raise_error(make_error, &call->error);
    return status == ZNN_OK;
}

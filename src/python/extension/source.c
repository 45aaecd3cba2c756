/*
 * source.c - inputs and outputs of the library over objects of Python
 *
 * Callbacks run in worker threads of the library, which have no thread state of Python.  PyGILState_Ensure() gives them
 * one as long as the callback runs.
 *
 * A function of Python returns new bytes, and they are copied.  It never sees the memory of the library, which it might
 * keep a view of.
 */
#include "python/extension/source.h"

#include <errno.h>
#include <string.h>

#include "python/extension/descriptor.h"
#include "python/extension/number.h"

/* Copies the bytes that a function returned.  Takes over the reference.  Returns the code of the callback. */
static ptrdiff_t take_bytes(struct ext_failures *failures, PyObject *result, void *buffer, size_t size)
{
    Py_buffer view = {.obj = NULL};
    if (result && PyObject_GetBuffer(result, &view, PyBUF_SIMPLE) == 0 && (size_t)view.len > size)
        PyErr_Format(PyExc_OSError, "read() returned %zd bytes, and at most %zu were asked for", view.len, size);
    ptrdiff_t code = view.len > 0 ? view.len : ZNN_CALLBACK_END;
    if (PyErr_Occurred())
        code = ext_failures_keep(failures);
    else if (view.len > 0)
        memcpy(buffer, view.buf, (size_t)view.len);
    PyBuffer_Release(&view);
    Py_XDECREF(result);
    return code;
}

/* No function is asked for more than fits in a Py_ssize_t. */
static Py_ssize_t clamp(size_t size)
{
    return size < PY_SSIZE_T_MAX ? (Py_ssize_t)size : PY_SSIZE_T_MAX;
}

static ptrdiff_t call_read_at(void *context, void *buffer, size_t size, uint64_t offset)
{
    struct ext_source *source = context;
    PyGILState_STATE gil = PyGILState_Ensure();
    PyObject *result = PyObject_CallFunction(source->function, "nK", clamp(size), (unsigned long long)offset);
    ptrdiff_t code = take_bytes(source->failures, result, buffer, size);
    PyGILState_Release(gil);
    return code;
}

static ptrdiff_t call_read(void *context, void *buffer, size_t size)
{
    struct ext_source *source = context;
    PyGILState_STATE gil = PyGILState_Ensure();
    PyObject *result = PyObject_CallFunction(source->function, "n", clamp(size));
    ptrdiff_t code = take_bytes(source->failures, result, buffer, size);
    PyGILState_Release(gil);
    return code;
}

static bool open_descriptor(struct ext_source *source, PyObject *object)
{
    long fd = PyLong_AsLong(object);
    if (PyErr_Occurred())
        return false;
    source->fd = fd >= 0 && fd <= INT32_MAX ? ext_descriptor_duplicate((int)fd) : -1;
    if (source->fd < 0) {
        errno = EBADF;
        PyErr_SetFromErrno(PyExc_OSError);
        return false;
    }
    source->input = znn_input_fd(source->fd);
    return true;
}

static bool open_random_access(struct ext_source *source, PyObject *pair)
{
    PyObject *function;
    unsigned long long size;
    if (!PyArg_ParseTuple(pair, "OO&", &function, ext_offset, &size))
        return false;
    Py_INCREF(function);
    source->function = function;
    source->input = (struct znn_input){.context = source, .size = size, .read_at = call_read_at};
    return true;
}

static bool open_stream(struct ext_source *source, PyObject *function)
{
    Py_INCREF(function);
    source->function = function;
    source->input = (struct znn_input){.context = source, .size = ZNN_SIZE_UNKNOWN, .read = call_read};
    return true;
}

static bool open_memory(struct ext_source *source, PyObject *object)
{
    if (PyObject_GetBuffer(object, &source->view, PyBUF_SIMPLE) != 0)
        return false;
    source->input = znn_input_memory(source->view.buf, (size_t)source->view.len);
    return true;
}

bool ext_source_open(struct ext_source *source, PyObject *object, struct ext_failures *failures)
{
    *source = (struct ext_source){.failures = failures, .fd = -1};
    if (PyLong_Check(object))
        return open_descriptor(source, object);
    if (PyTuple_Check(object))
        return open_random_access(source, object);
    if (PyCallable_Check(object))
        return open_stream(source, object);
    return open_memory(source, object);
}

void ext_source_close(struct ext_source *source)
{
    if (source->fd >= 0)
        ext_descriptor_close(source->fd);
    source->fd = -1;
    Py_CLEAR(source->function);
    if (source->view.obj)
        PyBuffer_Release(&source->view);
}

static ptrdiff_t call_write(void *context, const void *data, size_t size)
{
    struct ext_target *target = context;
    PyGILState_STATE gil = PyGILState_Ensure();
    ptrdiff_t code = (ptrdiff_t)size;
    PyObject *result = PyObject_CallFunction(target->function, "y#", (const char *)data, (Py_ssize_t)size);
    if (!result)
        code = ext_failures_keep(target->failures);
    Py_XDECREF(result);
    PyGILState_Release(gil);
    return code;
}

bool ext_target_open(struct ext_target *target, PyObject *object, bool is_fresh, struct ext_failures *failures)
{
    *target = (struct ext_target){.failures = failures};
    if (!PyLong_Check(object)) {
        target->function = object;
        target->output = (struct znn_output){.context = target, .write = call_write};
        return true;
    }
    long fd = PyLong_AsLong(object);
    if (PyErr_Occurred())
        return false;
    target->output = is_fresh ? znn_output_fd_sparse((int)fd) : znn_output_fd((int)fd);
    return true;
}

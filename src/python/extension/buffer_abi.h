/*
 * buffer_abi.h - the buffer protocol for extensions that use the limited ABI of Python 3.9
 *
 * The headers of Python declare the buffer protocol for the limited ABI only from 3.11 on.  But all versions since 3.3
 * export these functions, and have the same struct.  Python 3.11 promised to keep them as they are.  So this header
 * declares them for 3.9 and 3.10, which no longer change, in the words of Python 3.11.
 */
#ifndef ZNN_PYTHON_BUFFER_ABI_H
#define ZNN_PYTHON_BUFFER_ABI_H

#include <Python.h>

#if defined(Py_LIMITED_API) && Py_LIMITED_API + 0 < 0x030b0000

typedef struct {
    void *buf;
    PyObject *obj; /* an owned reference; NULL if the view is not filled */
    Py_ssize_t len;
    Py_ssize_t itemsize;
    int readonly;
    int ndim;
    char *format;
    Py_ssize_t *shape;
    Py_ssize_t *strides;
    Py_ssize_t *suboffsets;
    void *internal;
} Py_buffer;

PyAPI_FUNC(int) PyObject_CheckBuffer(PyObject *object);
PyAPI_FUNC(int) PyObject_GetBuffer(PyObject *object, Py_buffer *view, int flags);
PyAPI_FUNC(void) PyBuffer_Release(Py_buffer *view);

/* Requests for contiguous bytes, to be read or to be written. */
#    define PyBUF_SIMPLE 0
#    define PyBUF_WRITABLE 0x0001

#endif

#endif

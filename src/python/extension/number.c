/*
 * number.c - numbers of Python as numbers of 64 bits
 */
#include "python/extension/number.h"

#include <limits.h>

static int take_offset(PyObject *number, unsigned long long *result)
{
    int overflow;
    long long value = PyLong_AsLongLongAndOverflow(number, &overflow);
    if (overflow < 0 || (overflow == 0 && value < 0)) {
        if (!PyErr_Occurred())
            PyErr_SetString(PyExc_ValueError, "an offset or size is negative");
        return 0;
    }
    *result = overflow > 0 ? PyLong_AsUnsignedLongLong(number) : (unsigned long long)value;
    if (PyErr_Occurred()) {
        PyErr_Clear();
        *result = ULLONG_MAX;
    }
    return 1;
}

int ext_offset(PyObject *object, void *result)
{
    PyObject *number = PyNumber_Index(object);
    int good = number ? take_offset(number, result) : 0;
    Py_XDECREF(number);
    return good;
}

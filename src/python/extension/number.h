/*
 * number.h - numbers of Python as numbers of 64 bits
 */
#ifndef ZNN_PYTHON_NUMBER_H
#define ZNN_PYTHON_NUMBER_H

#include <Python.h>

/*
 * A converter for the format "O&" of PyArg_ParseTuple(): an offset or a size as an unsigned long long.  Numbers that
 * are too large become the largest one, which is beyond the end of every file.  (The format "K" would cut them to 64
 * bits, which might be within.)  Returns 0 with an exception set if the object is no number, or negative.
 */
int ext_offset(PyObject *object, void *result);

#endif

/*
 * reader.h - the type _znn.Reader: random access to an original
 */
#ifndef ZNN_PYTHON_READER_H
#define ZNN_PYTHON_READER_H

#include <Python.h>

extern PyType_Spec ext_reader_spec;

/*
 * open_reader(source, base or None, memory_limit) -> Reader
 */
PyObject *ext_open_reader(PyObject *module, PyObject *args);

#endif

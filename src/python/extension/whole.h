/*
 * whole.h - functions of the module over whole files
 */
#ifndef ZNN_PYTHON_WHOLE_H
#define ZNN_PYTHON_WHOLE_H

#include <Python.h>

/*
 * compress(source, options) -> bytes
 * compress_to(source, target, options) -> report
 * decompress(source, options) -> bytes
 * decompress_into(source, buffer, options) -> int
 * decompress_to(source, target, is_fresh, options) -> report
 * original_size(source) -> int
 *
 * source.h says what a source and a target are, tuples.h what a report is.
 */
PyObject *ext_compress(PyObject *module, PyObject *args);
PyObject *ext_compress_to(PyObject *module, PyObject *args);
PyObject *ext_decompress(PyObject *module, PyObject *args);
PyObject *ext_decompress_into(PyObject *module, PyObject *args);
PyObject *ext_decompress_to(PyObject *module, PyObject *args);
PyObject *ext_original_size(PyObject *module, PyObject *source);

#endif

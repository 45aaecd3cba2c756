/*
 * tuples.h - structs of znn.h as tuples, which the modules of Python give names to
 */
#ifndef ZNN_PYTHON_TUPLES_H
#define ZNN_PYTHON_TUPLES_H

#include <Python.h>

#include "znn.h"

/*
 * (name, dtype, bits, block, shape, offset, size, strides or None, missing)
 */
PyObject *ext_tensor_tuple(const struct znn_tensor *tensor);

/*
 * (original_size, compressed_size, tensors, format, header_error or None, base_tensors, bits or None)
 */
PyObject *ext_report_tuple(const struct znn_report *report);

#endif
